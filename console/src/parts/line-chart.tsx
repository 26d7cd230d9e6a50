// A line over time, drawn by ECharts. A chunk of its own, loaded by whoever wants to look; what it shows
// stands in a table beside it, for those who cannot look.
import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Dot {
  name: string;
  /** Null where there is no data: a gap, not a zero. */
  value: number | null;
  /** As it is read. */
  shown: string;
}

interface Props {
  label: string;
  dots: readonly Dot[];
  onOpen: (name: string) => void;
}

export default function Chart({ label, dots, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(onOpen);
  latest.current = onOpen;
  useEffect(() => {
    const node = box.current;
    if (node === null) return;
    const style = getComputedStyle(node);
    const [ink, line, accent, surface] = ["--ink", "--line", "--accent", "--surface"].map((name) => style.getPropertyValue(name).trim()) as [string, string, string, string];
    const chart = init(node);
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: style.fontFamily, color: ink },
      grid: { left: 8, right: 16, top: 24, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      // As text on the canvas: a page of this console runs no style that a string brings with it.
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: surface, borderColor: line, textStyle: { color: ink }, formatter: (all: unknown) => (Array.isArray(all) ? all : [all]).map(({ dataIndex }: { dataIndex: number }) => `${dots[dataIndex]?.name ?? ""}  ${dots[dataIndex]?.shown ?? ""}`).join("\n") },
      xAxis: { type: "category", data: dots.map((dot) => dot.name), axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink } },
      yAxis: { type: "value", scale: true, splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink } },
      series: [{ type: "line", data: dots.map((dot) => dot.value), connectNulls: false, symbol: "circle", symbolSize: 8, lineStyle: { color: accent, width: 2 }, itemStyle: { color: accent }, label: { show: dots.length <= 12, color: ink, formatter: ({ dataIndex }: { dataIndex: number }) => dots[dataIndex]?.shown ?? "" } }],
    });
    chart.on("click", ({ name }) => latest.current(name));
    const watch = new ResizeObserver(() => chart.resize());
    watch.observe(node);
    return () => {
      watch.disconnect();
      chart.dispose();
    };
  }, [dots]);
  return <div ref={box} className="line-chart" role="img" aria-label={label} />;
}
