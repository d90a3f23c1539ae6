import { useEffect, useState } from "preact/hooks";
import type { Chat } from "../model/chat";
import type { Network } from "../model/state";

/** Says how the connection is, where it is not simply there. */
export function NetworkBar({ network, chat }: { network: Network; chat: Chat }) {
  return (
    <div role="status" class={network.kind === "open" ? "network hidden" : "network"}>
      {network.kind === "open" && "Connected."}
      {network.kind === "connecting" && "Connecting …"}
      {network.kind === "lost" && <Lost until={network.until} wake={chat.wake} />}
      {network.kind === "evicted" && (
        <>
          You are connected on too many other devices.
          <button type="button" onClick={() => void chat.connect()}>
            Connect here
          </button>
        </>
      )}
    </div>
  );
}

function Lost({ until, wake }: { until: number; wake: () => void }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((until - now) / 1_000);
  return (
    <>
      No connection. What you write is kept, and sent later.{" "}
      <span aria-hidden="true">{seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again …"}</span>
      <button type="button" onClick={wake}>
        Try now
      </button>
    </>
  );
}
