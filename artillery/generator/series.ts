/** Histograms whose buckets grow by 4 %, so that a percentile is accurate to 4 %. */
export type Histogram = Record<number, number>;

const LEAST = 0.1;
const GROWTH = Math.log(1.04);

export const bucketOf = (ms: number): number => (ms <= LEAST ? 0 : Math.ceil(Math.log(ms / LEAST) / GROWTH));

/** The middle of a bucket, ms. */
export const middleOf = (bucket: number): number => LEAST * Math.exp((bucket - 0.5) * GROWTH);

export const add = (histogram: Histogram, ms: number): void => {
  const bucket = bucketOf(ms);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
};

/** The sum of histograms. */
export const merge = (all: Histogram[]): Histogram => {
  const total: Histogram = {};
  for (const one of all) for (const bucket in one) total[bucket] = (total[bucket] ?? 0) + (one[bucket] ?? 0);
  return total;
};

/** Percentile `p` (0–1) in ms; 0 for an empty histogram. */
export const percentile = (histogram: Histogram, p: number): number => {
  const buckets = Object.keys(histogram)
    .map(Number)
    .sort((a, b) => a - b);
  const total = buckets.reduce((sum, bucket) => sum + (histogram[bucket] ?? 0), 0);
  let passed = 0;
  for (const bucket of buckets) {
    passed += histogram[bucket] ?? 0;
    if (passed >= total * p) return middleOf(bucket);
  }
  return 0;
};
