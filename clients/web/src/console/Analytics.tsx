import { useState } from "preact/hooks";
import { Chart } from "./Chart";
import { type Day, dayName, MOST_DAYS, SERIES } from "./days";

const RANGES = [7, 28, MOST_DAYS];

/** The daily figures: a chart of each, and all of them in a table. */
export function Analytics({ days }: { days: readonly Day[] }) {
  const [range, setRange] = useState(MOST_DAYS);
  const shown = days.slice(-range);
  const names = Object.keys(SERIES) as (keyof typeof SERIES)[];
  return (
    <>
      <nav aria-label="Range">
        {RANGES.map((each) => (
          <button key={each} type="button" aria-pressed={range === each} onClick={() => setRange(each)}>
            {each} days
          </button>
        ))}
      </nav>
      <p class="muted">Days are those of UTC. Today, in a lighter colour, is not over. Some events are counted late.</p>
      <div class="charts">
        {names.map((name) => (
          <Chart
            key={name}
            title={name}
            isAdditive={name !== "Active users"}
            points={shown.map((day) => ({ date: day.date, value: SERIES[name](day) }))}
          />
        ))}
      </div>
      <details>
        <summary>All figures in a table</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard */}
        <section class="scrolled" tabIndex={0} aria-label="Figures">
          <table>
            <thead>
              <tr>
                <th scope="col">Day</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...shown].reverse().map((day) => (
                <tr key={day.date}>
                  <th scope="row">
                    <time dateTime={day.date}>{dayName(day.date)}</time>
                  </th>
                  {names.map((name) => (
                    <td key={name}>{SERIES[name](day).toLocaleString()}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </>
  );
}
