import type { Rest } from "@devconnect/client";

interface UnconfirmedProps {
  readonly rest: Rest;
  readonly say: (sentence: string) => void;
}

export const UNCONFIRMED = "Confirm your email address first: open the link in the mail that you got at sign-up.";

/** A way out for users who cannot ask for connections yet, as their address is not confirmed: another mail. */
export function Unconfirmed({ rest, say }: UnconfirmedProps) {
  const mailAgain = async (): Promise<void> => {
    try {
      await rest.call("post", "/api/verification", {});
      say("Another mail is on its way. Open its link, and then ask again.");
    } catch (error) {
      say((error as Error).message);
    }
  };
  return (
    <button type="button" onClick={() => void mailAgain()}>
      Send the mail again
    </button>
  );
}
