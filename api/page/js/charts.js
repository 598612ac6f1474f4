// Which kind of view is drawn by what.

import { CurveChart } from "./curve.js";
import { ShareChart } from "./share.js";
import { TimeChart } from "./timechart.js";
import { ControlChart } from "./control_chart.js";
import { ParetoChart } from "./pareto.js";
import { GridChart } from "./grid.js";
import { SectionMap } from "./map.js";
import { CompareChart } from "./compare.js";
import { ScatterChart } from "./scatter.js";
import { SankeyChart } from "./sankey.js";
import { WaterfallChart } from "./waterfall.js";
import { LossTree } from "./losses.js";
import { PeriodTable } from "./periods.js";
import { TimelineChart } from "./timeline.js";
import { GanttChart } from "./gantt.js";
import { FigureList } from "./figures.js";
import { Passport } from "./passport.js";
import { card } from "./card.js";
import { h } from "./dom.js";

const KINDS = {
  curve: CurveChart, share: ShareChart, trend: TimeChart, control: ControlChart, pareto: ParetoChart, grid: GridChart, map: SectionMap,
  compare: CompareChart, scatter: ScatterChart, sankey: SankeyChart, waterfall: WaterfallChart, timeline: TimelineChart, gantt: GanttChart,
  figures: FigureList, passport: Passport, losses: LossTree, periods: PeriodTable,
};

// A page of the plant's own: its views as cards. One that cannot be drawn leaves the others alone.
export function plantPage(views) {
  return (element) => {
    const cards = views.map((view) => card(view, new KINDS[view.kind](view)));
    element.append(h("div", { class: "cards" }, ...cards.map((each) => each.element)));
    return {
      update: () => cards.forEach((each) => each.update()),
      refresh: () => Promise.all(cards.map((each) => Promise.resolve(each.refresh()).catch((refusal) => { each.element.dataset.refused = refusal.message; }))),
    };
  };
}

export const drawable = (view) => view.kind in KINDS && (view.lines === undefined || view.lines.length > 0);
