import { useId, useState } from "preact/hooks";
import { dayName } from "./days";
import { ceilingOf } from "./scale";

const WIDTH = 460;
const HEIGHT = 150;
/** The room for the figures at the left, and for the dates below. */
const LEFT = 44;
const BELOW = 20;
const ABOVE = 8;

export interface Point {
  readonly date: string;
  readonly value: number;
}

interface ChartProps {
  readonly title: string;
  /** Whether the figures of several days may be added up: a user who is active on two of them is one user. */
  readonly isAdditive: boolean;
  readonly points: readonly Point[];
}

/** A bar for each day, the last of which is not over. */
export function Chart({ title, isAdditive, points }: ChartProps) {
  const id = useId();
  const [pointed, setPointed] = useState<number>();
  const values = points.map(({ value }) => value);
  const highest = Math.max(...values);
  const ceiling = ceilingOf(highest);
  const step = (WIDTH - LEFT) / points.length;
  const height = HEIGHT - ABOVE - BELOW;
  const top = (value: number): number => ABOVE + height * (1 - value / ceiling);
  const total = values.reduce((sum, value) => sum + value, 0);
  const sum = isAdditive ? `${total.toLocaleString()} in ${points.length} days` : `${highest.toLocaleString()} at most`;
  const looked = points[pointed ?? -1];
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <b>{title}</b>
        <span class="muted">{looked ? `${looked.value.toLocaleString()} on ${dayName(looked.date)}` : sum}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}, ${sum}`}
        onPointerMove={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          const index = Math.floor((((clientX - left) / width) * WIDTH - LEFT) / step);
          setPointed(index >= 0 && index < points.length ? index : undefined);
        }}
        onPointerLeave={() => setPointed(undefined)}
      >
        {[0, ceiling / 2, ceiling].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={WIDTH} y1={top(value)} y2={top(value)} />
            <text x={LEFT - 6} y={top(value) + 4} text-anchor="end">
              {value.toLocaleString([], { notation: "compact" })}
            </text>
          </g>
        ))}
        {points.map(({ date, value }, index) => (
          <rect
            key={date}
            class={index === pointed ? "bar is-pointed" : index === points.length - 1 ? "bar is-today" : "bar"}
            x={LEFT + index * step + step * 0.1}
            width={step * 0.8}
            y={top(value)}
            height={ABOVE + height - top(value)}
          />
        ))}
        {[0, Math.floor((points.length - 1) / 2), points.length - 1].map((index, place) => (
          <text
            key={index}
            x={LEFT + (index + 0.5) * step}
            y={HEIGHT - 4}
            text-anchor={(["start", "middle", "end"] as const)[place]}
          >
            {dayName(points[index]?.date ?? "")}
          </text>
        ))}
      </svg>
    </figure>
  );
}
