/** Returns the even number at which a scale ends that has room for `highest`: 2, 4, 10, 20, 40, 100 and so on. */
export function ceilingOf(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 2, 4, 6, 8, 10];
  return (steps.find((step) => step * power >= highest) ?? 10) * power;
}
