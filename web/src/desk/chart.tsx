/** Lines over time, drawn by uPlot in the design's colours. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { d } from "../i18n/desk.ts";
import { date, number } from "../i18n/index.ts";
import { themeColours } from "../map/colour.ts";
import type { Point } from "./history.ts";
import css from "./live-page.module.css";

const data = (points: Point[]): uPlot.AlignedData => [
  points.map(({ at }) => at / 1000),
  points.map(({ sold }) => sold),
  points.map(({ held }) => held),
  points.map(({ active }) => active),
];

const options = (host: HTMLElement): uPlot.Options => {
  const { soft, line, signal, ink, strong } = themeColours(host);
  const axis = {
    stroke: soft,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: "12px Geist, sans-serif",
  };
  return {
    width: host.clientWidth,
    height: 220,
    legend: { live: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, low, high) => [Math.min(0, low), Math.max(4, high * 1.1)] } },
    axes: [
      { ...axis, space: 90, values: (_plot, times) => times.map((at) => date(at * 1000, "second")) },
      { ...axis, size: 56, values: (_plot, values) => values.map(number) },
    ],
    series: [
      {},
      { label: d.desk.sold, stroke: signal, width: 2.5 },
      { label: d.desk.held, stroke: strong, width: 1.5, dash: [5, 4] },
      { label: d.desk.active, stroke: ink, width: 1.5 },
    ],
  };
};

export const Chart = ({ points }: { points: Point[] }) => {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element), data(points), element);
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: 220 }));
    observer.observe(element);
    addEventListener("onsale:theme", make);
    return () => {
      observer.disconnect();
      removeEventListener("onsale:theme", make);
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data(points)), [points]);
  return <div class={css.chart} ref={host} role="img" aria-label={d.desk.chart} />;
};
