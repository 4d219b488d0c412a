// Draws every <figure data-chart>: its data lies in a JSON script beside the canvas, its looks in
// the CSS tokens, read again when the theme changes. Nothing of it leaves the browser.
(() => {
  const CONFIG = {
    displayModeBar: false,
    displaylogo: false,
    showSendToCloud: false,
    plotlyServerURL: "",
    responsive: true,
    scrollZoom: false,
    doubleClick: false,
    showTips: false,
  };
  const NARROW_SPACE = "\u202f";
  const DASH = "4px,4px";
  const DOTS = "1px,3px";
  // On a log scale shares end at one payment in a hundred thousand.
  const LEAST_SHARE = 0.001;
  const LOG_SHARES = { type: "log", range: [-2.3, 2.05], tickvals: [0.01, 0.1, 1, 10, 100], ticktext: ["0.01", "0.1", "1", "10", `100${NARROW_SPACE}%`] };

  function readTokens() {
    const styles = getComputedStyle(document.documentElement);
    const names = ["ink", "ink2", "ink3", "line", "accent", "surface", "toast", "on-toast", "sans"];
    return Object.fromEntries(names.map((name) => [name, styles.getPropertyValue(`--${name}`).trim()]));
  }

  function faded(hex, share) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${red},${green},${blue},${share})`;
  }

  // The one template: transparent ground, hairline grid, small grey words.
  function template(look) {
    return {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: look.sans, size: 12, color: look.ink3 },
      margin: { l: 44, r: 16, t: 28, b: 28 },
      showlegend: false,
      dragmode: false,
      hovermode: "x unified",
      hoverlabel: {
        bgcolor: look.toast,
        bordercolor: look.toast,
        font: { family: look.sans, size: 12, color: look["on-toast"] },
      },
    };
  }

  const xAxis = (look, more) => ({
    showgrid: false, zeroline: false, fixedrange: true, nticks: 7,
    ticks: "outside", ticklen: 4, tickcolor: look.line, linecolor: look.line, showline: true, ...more,
  });

  const yAxis = (look, more) => ({
    gridcolor: look.line, gridwidth: 1, zeroline: false, fixedrange: true, nticks: 5,
    rangemode: "tozero", showticksuffix: "last", ticklabelstandoff: 4, ...more,
  });

  const percentAxis = (look, more) => yAxis(look, { ticksuffix: `${NARROW_SPACE}%`, ...more });

  const level = (look, value, more) => ({
    type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value,
    line: { color: look.ink, width: 1, dash: DASH }, ...more,
  });

  const word = (look, text, more) => ({
    text, showarrow: false, font: { size: 12, color: look.ink3 }, ...more,
  });

  // The stretches without a missing value, as [from, to) pairs.
  function runs(values) {
    const pairs = [];
    values.forEach((value, at) => {
      if (value === null) return;
      if (pairs.length && pairs.at(-1)[1] === at) pairs.at(-1)[1] = at + 1;
      else pairs.push([at, at + 1]);
    });
    return pairs;
  }

  // A rate by week: interval, estimate, target, versions, weeks whose labels still arrive.
  function trend(look, data) {
    const edge = { color: faded(look.accent, 0.5), width: 1 };
    const band = (y, from, to, more) => ({ x: data.x.slice(from, to), y: y.slice(from, to), mode: "lines", line: edge, hoverinfo: "skip", ...more });
    const line = (y, dash) => ({ x: data.x, y, mode: "lines+markers", hoverinfo: "skip", line: { color: look.accent, width: 2, dash }, marker: { size: 3, color: look.accent } });
    const settled = data.estimate.map((value, at) => (at <= data.settled ? value : null));
    const arriving = data.estimate.map((value, at) => (at >= data.settled ? value : null));
    const last = data.estimate.findLastIndex((value) => value !== null);
    const fill = { fill: "tonexty", fillcolor: faded(look.accent, 0.14) };
    const known = (y) => y.map((value, at) => (data.estimate[at] === null ? null : value));
    const traces = [
      ...runs(known(data.low)).flatMap(([from, to]) => [band(data.low, from, to), band(data.high, from, to, fill)]),
      line(settled, "solid"),
      line(arriving, DOTS),
      { x: data.x, y: data.estimate.map((value, at) => value ?? data.high[at] ?? 0), mode: "markers", marker: { size: 8, color: "rgba(0,0,0,0)" }, text: data.text, hovertemplate: "%{text}<extra></extra>" },
    ];
    if (last >= 0) {
      traces.push({ x: [data.x[last]], y: [data.estimate[last]], mode: "markers", hoverinfo: "skip", marker: { size: 9, color: look.ink } });
    }
    // Where a week refuses, what it does not rule out is dashed, without a point.
    const shapes = data.x.flatMap((x, at) => (data.estimate[at] !== null || data.high[at] === null ? [] : [
      { type: "line", x0: x, x1: x, y0: data.low[at] ?? 0, y1: data.high[at], line: { color: look.ink3, width: 1, dash: DASH } },
    ]));
    const annotations = [];
    if (data.target !== null) {
      shapes.push(level(look, data.target));
      annotations.push(word(look, data.target_word, { xref: "paper", x: 0, xanchor: "left", y: data.target, yanchor: "bottom", font: { size: 12, color: look.ink } }));
    }
    if (data.settled < data.x.length - 1) {
      const [x0, x1] = [data.x[Math.max(data.settled, 0)], data.x.at(-1)];
      shapes.push({ type: "rect", layer: "below", x0, x1, yref: "paper", y0: 0, y1: 1, line: { width: 0 }, fillcolor: faded(look.ink3, 0.07) });
      annotations.push(word(look, "still arriving", { x: x1, xanchor: "right", yref: "paper", y: 0, yanchor: "bottom" }));
    }
    if (last < 0) {
      annotations.push(word(look, "no week has enough evidence yet", { xref: "paper", x: 1, xanchor: "right", yref: "paper", y: 1.06, yanchor: "middle" }));
    }
    addVersions(look, data, shapes, annotations);
    return [traces, { shapes, annotations, xaxis: xAxis(look, { type: "date", tickformat: "%-d %b", hoverformat: "week of %-d %b" }), yaxis: percentAxis(look, { range: [0, data.top] }) }];
  }

  // Names stand above their line, to its right; one that would cover the one before is left out.
  function addVersions(look, data, shapes, annotations) {
    const perPixel = (Date.parse(data.x.at(-1)) - Date.parse(data.x[0])) / Math.max(look.width - 60, 100);
    let free = -Infinity;
    for (const version of data.versions) {
      const at = Date.parse(version.x);
      shapes.push({ type: "line", x0: version.x, x1: version.x, yref: "paper", y0: 0, y1: 1.06, line: { color: look.ink3, width: 1, dash: DOTS } });
      if (at < free) continue;
      annotations.push(word(look, version.word, { x: version.x, xanchor: "left", xshift: 2, yref: "paper", y: 1.06, yanchor: "middle" }));
      free = at + perPixel * 6.5 * (version.word.length + 2);
    }
  }

  // The largest of 1, 2, 5, 10, 20 … that is not above the value.
  function roundBelow(value) {
    const unit = 10 ** Math.floor(Math.log10(value));
    return unit * [5, 2, 1].find((step) => step * unit <= value);
  }

  // Small multiples over the same days, one line of its own scale each.
  function multiples(look, data) {
    const traces = [];
    const layout = { annotations: [] };
    const gap = 0.12;
    const height = (1 - gap * (data.series.length - 1)) / data.series.length;
    data.series.forEach((series, at) => {
      const name = at ? String(at + 1) : "";
      const top = 1 - at * (height + gap);
      traces.push({
        x: data.x, y: series.values, yaxis: `y${name}`, mode: "lines", line: { color: look.accent, width: 1.5 },
        fill: "tozeroy", fillcolor: faded(look.accent, 0.08), hovertemplate: `%{y:,} ${series.word}<extra></extra>`,
      });
      const most = Math.max(...series.values, 1);
      layout[`yaxis${name}`] = yAxis(look, {
        domain: [Math.max(top - height, 0), top], range: [0, most * 1.08], tickvals: [0, roundBelow(most)], tickformat: ",d",
      });
      layout.annotations.push(word(look, series.title, { xref: "paper", x: 0, xanchor: "left", yref: "paper", y: top, yanchor: "bottom" }));
    });
    layout.xaxis = xAxis(look, { type: "date", tickformat: "%-d %b", hoverformat: "%a %-d %b", anchor: "free", position: 0 });
    return [traces, layout];
  }

  // Reference as bars, current as a step line over them: same bins, share on y.
  function histogram(look, data) {
    const places = data.words.map((_, at) => at);
    const edges = [...places, places.length];
    const shown = (share) => (data.log ? Math.max(share, LEAST_SHARE) : share);
    const current = [...data.current, data.current.at(-1)].map(shown);
    const traces = [];
    if (data.reference) {
      traces.push({ type: "bar", x: places.map((at) => at + 0.5), y: data.reference.map(shown), width: 0.94, marker: { color: faded(look.ink3, 0.28) }, hoverinfo: "skip" });
    }
    traces.push({ x: edges, y: current, mode: "lines", line: { color: look.accent, width: 2, shape: "hv" }, hoverinfo: "skip" });
    traces.push({ x: places.map((at) => at + 0.5), y: data.current.map(shown), mode: "markers", marker: { size: 8, color: "rgba(0,0,0,0)" }, text: data.text, hovertemplate: "%{text}<extra></extra>" });
    const shapes = [];
    const annotations = [];
    for (const mark of data.marks) {
      shapes.push({ type: "line", x0: mark.at, x1: mark.at, yref: "paper", y0: 0, y1: 1.04, line: { color: look[mark.token], width: 1, dash: DASH } });
      annotations.push(word(look, mark.word, { x: mark.at, xanchor: mark.side, xshift: mark.side === "left" ? 3 : -3, yref: "paper", y: 1.04, yanchor: "middle", yshift: 14 * mark.level, font: { size: 12, color: look[mark.token] } }));
    }
    const ticks = { tickvals: data.ticks.map((tick) => tick.at), ticktext: data.ticks.map((tick) => tick.word) };
    return [traces, { shapes, annotations, hovermode: "closest", hoverdistance: 60, margin: { l: 44, r: 16, t: data.marks.some((mark) => mark.level) ? 42 : 28, b: 28 }, xaxis: xAxis(look, { range: [0, places.length], ...ticks, tickangle: 0 }), yaxis: percentAxis(look, data.log ? LOG_SHARES : {}) }];
  }

  // One measure by day with its two limits.
  function limits(look, data) {
    const traces = [
      { x: data.x, y: data.values, mode: "lines", line: { color: look.accent, width: 2 }, text: data.text, hovertemplate: "%{text}<extra></extra>" },
    ];
    const last = data.values.findLastIndex((value) => value !== null);
    if (last >= 0) traces.push({ x: [data.x[last]], y: [data.values[last]], mode: "markers", hoverinfo: "skip", marker: { size: 8, color: look.accent } });
    const shapes = data.limits.map((value) => level(look, value, { line: { color: look.ink3, width: 1, dash: DASH } }));
    // Where the measure is far above its limits their words would lie on each other.
    const highest = Math.max(...data.values.filter((value) => value !== null));
    const tickvals = [0];
    for (const value of [highest, ...data.limits].sort((a, b) => b - a)) {
      if (tickvals.every((kept) => Math.abs(kept - value) > data.top * 0.13)) tickvals.push(value);
    }
    const axis = yAxis(look, { range: [0, data.top], tickvals, showgrid: false, tickformat: ".2f" });
    return [traces, { shapes, margin: { l: 44, r: 16, t: 8, b: 28 }, xaxis: xAxis(look, { type: "date", tickformat: "%-d %b", nticks: 4 }), yaxis: axis }];
  }

  // Which share of the labels of a horizon is known after so many days, with its interval.
  function maturity(look, data) {
    const edge = { color: faded(look.accent, 0.5), width: 1, shape: "linear" };
    const band = (y, more) => ({ x: data.x, y, mode: "lines", line: edge, hoverinfo: "skip", ...more });
    const traces = [
      band(data.low),
      band(data.high, { fill: "tonexty", fillcolor: faded(look.accent, 0.14) }),
      { x: data.x, y: data.share, mode: "lines+markers", line: { color: look.accent, width: 2 }, marker: { size: 4, color: look.accent }, text: data.text, hovertemplate: "%{text}<extra></extra>" },
    ];
    const ticks = { tickvals: [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * data.horizon)), ticksuffix: " d" };
    return [traces, { hovermode: "closest", margin: { l: 44, r: 16, t: 8, b: 28 }, xaxis: xAxis(look, { range: [0, data.horizon * 1.02], ...ticks }), yaxis: percentAxis(look, { range: [0, 104], tickvals: [0, 50, 90, 100] }) }];
  }

  const KINDS = { trend, multiples, histogram, limits, maturity };

  function draw(figure, look) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    const canvas = figure.querySelector(".chart-canvas");
    const [traces, layout] = KINDS[data.kind]({ ...look, width: canvas.clientWidth }, data);
    return Plotly.react(canvas, traces, { ...template(look), ...layout }, CONFIG);
  }

  function drawAll() {
    const look = readTokens();
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      draw(figure, look).then(() => { figure.dataset.drawn = "true"; });
    }
  }

  document.addEventListener("themechange", drawAll);
  drawAll();
})();
