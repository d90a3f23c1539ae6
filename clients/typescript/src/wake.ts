import type { Client } from "./client.js";

/**
 * Wake a client whenever the page is shown again, or its network is back: timers do not run while a device sleeps.
 * Returns the function that ends this.
 */
export function wakeWithPage(client: Client): () => void {
  const shown = (): void => {
    if (document.visibilityState === "visible") client.wake();
  };
  const wake = (): void => client.wake();
  document.addEventListener("visibilitychange", shown);
  for (const event of ["online", "pageshow"]) addEventListener(event, wake);
  return () => {
    document.removeEventListener("visibilitychange", shown);
    for (const event of ["online", "pageshow"]) removeEventListener(event, wake);
  };
}
