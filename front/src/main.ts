// What the pages gain with a script. Without it they are whole: each element here enhances what the server has
// drawn, and takes nothing away before it can give something better.

import { EconomyMap } from "./economy-map";
import { TrendChart } from "./trend-chart";

customElements.define("economy-map", EconomyMap);
customElements.define("trend-chart", TrendChart);
