import { useEffect, useState } from "preact/hooks";

const KEY = "devconnect-theme";

/** Dark or light: as the system has it, until the user chooses. */
export function ThemeButton() {
  const [theme, setTheme] = useState(localStorage.getItem(KEY) ?? "");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem(KEY, theme);
  }, [theme]);
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const other = isDark ? "light" : "dark";
  return (
    <button type="button" class="quiet" aria-label={`Use ${other} colours`} onClick={() => setTheme(other)}>
      <span aria-hidden="true">{isDark ? "☀" : "☾"}</span>
    </button>
  );
}
