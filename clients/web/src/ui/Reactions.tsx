interface ReactionsProps {
  readonly reactions: Readonly<Record<string, string>>;
  readonly ownId: string;
  readonly theirName: string;
}

/** How both users have reacted to a message. */
export function Reactions({ reactions, ownId, theirName }: ReactionsProps) {
  const entries = Object.entries(reactions);
  if (!entries.length) return null;
  return (
    <ul class="reactions" aria-label="Reactions">
      {entries.map(([userId, emoji]) => {
        const who = userId === ownId ? "You" : theirName;
        return (
          <li key={userId} class={userId === ownId ? "is-mine" : ""} title={who}>
            {emoji}
            <span class="hidden"> from {who}</span>
          </li>
        );
      })}
    </ul>
  );
}
