// The behaviour of the report page. All figures are in the page itself; the address holds what is chosen, as in
// #bijlage-1?provincie=10000&jaar=2022, #overzicht?cijfer=5.trajectories.outcome_group.work or #gemeente/11002+44021, so
// that every view can be linked to.
(() => {
  "use strict";

  const report = JSON.parse(document.getElementById("data").textContent);
  const { areas, annexes } = report;
  const FLANDERS = 0;
  const OVERVIEW = "overzicht";
  const PROFILE = "gemeente";
  const provinces = indices(areas.level, "province");
  const municipalities = indices(areas.level, "municipality");
  const allYears = [...new Set(annexes.flatMap((annex) => annex.years))].sort();
  const lastYear = allYears[allYears.length - 1];
  const openingYear = report.year;
  const defaultFigure = annexes[0].columns.find((column) => column.isMunicipal).name;
  const state = { view: OVERVIEW, chosen: [], area: FLANDERS, year: openingYear, figure: defaultFigure, sizeClass: null };
  const MOST_COMPARED = 4;
  // A segment narrower than this has no room for its percentage.
  const LEAST_LABELLED_SHARE = 0.06;

  // ---------------------------------------------------------------- small things

  function indices(list, wanted) {
    return list.flatMap((item, index) => (item === wanted ? [index] : []));
  }

  function element(tag, properties = {}, ...children) {
    const { data, attributes, ...direct } = properties;
    const made = Object.assign(document.createElement(tag), direct);
    Object.assign(made.dataset, data);
    Object.entries(attributes ?? {}).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  }

  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fill = (selector, text, root) => findAll(selector, root).forEach((item) => (item.textContent = text));
  // A label inside a sentence; an abbreviation keeps its capitals.
  const lowered = (text) => (/^.\p{Lu}/u.test(text) ? text : text[0].toLowerCase() + text.slice(1));
  // Accents, hyphens, blanks and apostrophes don't matter to who searches.
  const plain = (text) => text.normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  const announce = (text) => (find("#status").textContent = text);

  // ---------------------------------------------------------------- numbers in Dutch

  const shortFormat = new Intl.NumberFormat("nl-BE", { notation: "compact", maximumFractionDigits: 1 });
  // With a space before the sign, as in the sentences and the workbook.
  const percentFormat = (options) => {
    const format = new Intl.NumberFormat("nl-BE", { style: "percent", maximumFractionDigits: 0, ...options });
    return { format: (value) => format.format(value).replace(/\s*%/, "\u00a0%") };
  };
  const MILLION = 1e6;
  const vegaLocale = { decimal: ",", thousands: ".", grouping: [3], currency: ["€ ", ""], percent: "\u00a0%" };

  // Kinds that no annex has: what the page makes of two figures.
  const PERCENT = { kind: "percent", missing: "–" };
  const PER_1000 = { kind: "rate", missing: "–" };
  const RANK = { kind: "rank", missing: "–" };
  const DIGITS = { count: 0, euro: 2, mean: 1, percent: 0, rate: 2, rank: 0 };
  const formats = Object.fromEntries(
    Object.entries(DIGITS).map(([kind, digits]) => [
      kind,
      kind === "percent"
        ? percentFormat()
        : new Intl.NumberFormat("nl-BE", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    ])
  );
  const changeFormat = percentFormat({ signDisplay: "exceptZero" });

  const shown = (value, column) => (value === null ? column.missing : formats[column.kind].format(value));
  // Outside the tables of all municipalities, which say it above, a 0 that may be more is not shown as none.
  const orRange = (value, column) => (value === 0 && rangeText(value, column)) || shown(value, column);
  const brief = (value, column) => {
    if (value === null) return column.missing;
    if (column.kind !== "euro") return formats[column.kind].format(value);
    // Dutch has "mln." for a million, but browsers write a K for a thousand.
    return (Math.abs(value) < MILLION ? formats.count : shortFormat).format(value);
  };

  // As Dutch spreadsheets read it: a decimal comma and nothing between the thousands.
  function plainNumber(value, column) {
    const written = column.kind === "percent" ? 100 * value : value;
    return written.toFixed(DIGITS[column.kind]).replace(".", ",");
  }

  // ---------------------------------------------------------------- figures

  function figure(annex, column, area, year) {
    const place = annex.years.indexOf(year);
    return place < 0 ? null : annex.values[column][area * annex.years.length + place];
  }

  // A column that provinces, or municipalities, don't have is not the same as a figure that is left out.
  function isKnownColumn(annex, column, area) {
    const { isMunicipal, isTotal } = annex.columns[column];
    return areas.level[area] === "municipality" ? isMunicipal : isTotal;
  }

  function cell(annex, column, area, year) {
    const described = annex.columns[column];
    if (!isKnownColumn(annex, column, area)) return { text: "[z]", value: null, column: described };
    const value = figure(annex, column, area, year);
    return { text: shown(value, described), value, column: described };
  }

  function profileCell(annex, column, area, year) {
    const made = cell(annex, column, area, year);
    return made.value === 0 ? { ...made, text: orRange(made.value, made.column) } : made;
  }

  const atBar = (value, column) =>
    (value === 0 && rangeText(value, column)?.replace(" tot ", "–")) || brief(value, column);
  // A province has the name of a municipality: its title tells them apart.
  const inText = (area) => areas.title[area].replace(/^Provincie/, "de provincie");
  const listText = (items) => items.join(", ").replace(/, ([^,]*)$/, " en $1");
  const share = (value, total) => (value !== null && total > 0 && total >= report.least ? value / total : null);

  // A part as its share of the whole, any other count or amount per 1,000 inhabitants; null on a small base.
  function rateOf(annex, position, area, year) {
    const column = annex.columns[position];
    const value = figure(annex, position, area, year);
    if (value === null || column.kind === "mean") return null;
    if (column.whole !== null) {
      const whole = figure(annex, column.whole, area, year);
      return whole !== null && whole >= report.least * column.units ? share(value, whole) : null;
    }
    const inhabitants = areas.inhabitants[area][allYears.indexOf(year)];
    const isEnough = column.kind === "euro" || value >= report.least * column.units;
    return inhabitants && isEnough ? (1000 * value) / inhabitants : null;
  }

  const rateColumn = (column) => (column.whole === null ? PER_1000 : PERCENT);
  const rateHeader = (annex, column) =>
    column.whole === null ? "Per 1.000 inwoners" : `Aandeel in '${annex.columns[column.whole].header}'`;
  const asCell = (value, column, text = shown(value, column)) => ({ text, value, column });

  // The smallest number of persons that may be behind the amounts of an annex, from the counts beside them.
  function counted(annex, area, year) {
    const counts = Object.values(annex.places).filter(({ column }) => column !== null && annex.columns[column].kind === "count");
    return Math.min(...counts.map(({ column }) => figure(annex, column, area, year) / annex.columns[column].units));
  }

  // Whether a change or a share has a base of enough persons: the count `base`, or the persons behind an amount.
  function isOfEnough(annex, column, area, years, base) {
    if (column.kind !== "euro") return Math.abs(base) >= report.least * column.units;
    return years.every((year) => counted(annex, area, year) >= report.least);
  }

  // Against the year before; null without one and on a small base.
  function changeCell(annex, position, area, year) {
    const column = annex.columns[position];
    const [earlier, value] = [year - 1, year].map((one) => figure(annex, position, area, one));
    const isEnough = earlier !== null && isOfEnough(annex, column, area, [year - 1, year], earlier);
    const isComparable = value !== null && isEnough && column.kind !== "mean" && value * earlier >= 0;
    const change = isComparable ? (value - earlier) / earlier : null;
    return asCell(change, PERCENT, change === null ? PERCENT.missing : changeFormat.format(change));
  }

  const noYear = (annex) =>
    `Bijlage ${annex.number} heeft geen cijfers over ${state.year}: ze gaat over ${annex.years[0]} tot en met ` +
    `${annex.years[annex.years.length - 1]}.`;

  // ---------------------------------------------------------------- tables, copies and downloads

  // Columns of a table that fit on a sheet of paper held upright.
  const MOST_UPRIGHT = 10;
  let tables = 0;
  const sorting = new Map();

  // `rows` are lists of cells: {text, value, column} for figures, {text, href} for words. The first `keys` cells of a
  // row name it. `files` are more downloads: {label, name, make} with make() giving headers and rows.
  function showTable(place, { caption, headers, rows, name, keys = 1, sortable = false, files = [] }) {
    place.replaceChildren();
    if (!rows.length) return;
    const id = `table-${(tables += 1)}`;
    const order = sortable ? sorting.get(name) : undefined;
    const sorted = order ? [...rows].sort(compare(order)) : rows;
    const heads = headers.map((header, index) => {
      const cellOfHead = element("th", { scope: "col", className: index < keys ? "" : "number" });
      if (!sortable) {
        cellOfHead.textContent = header;
        return cellOfHead;
      }
      const isSorted = order?.index === index;
      if (isSorted) cellOfHead.setAttribute("aria-sort", order.isDown ? "descending" : "ascending");
      // For print: Chromium leaves a button out where it repeats the head of a table.
      cellOfHead.dataset.header = header;
      const button = element("button", { type: "button", className: "sort", textContent: header });
      button.addEventListener("click", () => {
        const isDown = isSorted ? !order.isDown : index >= keys;
        sorting.set(name, { index, isDown });
        showTable(place, { caption, headers, rows, name, keys, sortable, files });
        findAll("th button", place)[index].focus();
        announce(`Gesorteerd op ${header}, ${isDown ? "aflopend" : "oplopend"}.`);
      });
      cellOfHead.append(button);
      return cellOfHead;
    });
    const body = sorted.map((row) =>
      element(
        "tr",
        {},
        ...row.map((item, index) => {
          const inside = item.href ? element("a", { href: item.href, textContent: item.text }) : item.text;
          if (index === 0) return element("th", { scope: "row" }, inside);
          return element("td", { className: index < keys ? "" : "number" }, inside);
        })
      )
    );
    const table = element(
      "table",
      { data: { name } },
      element("caption", { id }, element("span", { textContent: caption })),
      element("thead", {}, element("tr", {}, ...heads)),
      element("tbody", {}, ...body)
    );
    const scroll = element(
      "section",
      {
        className: headers.length > MOST_UPRIGHT ? "scroll wide" : "scroll",
        tabIndex: 0,
        attributes: { "aria-labelledby": id },
      },
      table
    );
    place.append(tools({ caption, headers, rows: sorted, name, files }), scroll);
  }

  function compare({ index, isDown }) {
    const sign = isDown ? -1 : 1;
    return (one, other) => {
      const [left, right] = [one[index], other[index]];
      if (!left.column && !right.column) return sign * (left.order ?? left.text).localeCompare(right.order ?? right.text, "nl");
      // What isn't known comes last, whichever way.
      if (left.value === null || right.value === null) return (left.value === null) - (right.value === null);
      return sign * (left.value - right.value);
    };
  }

  function tools({ caption, headers, rows, name, files }) {
    const button = (text, action) => {
      const made = element("button", { type: "button", textContent: text });
      made.append(element("span", { className: "unseen", textContent: `: ${caption}` }));
      made.addEventListener("click", action);
      return made;
    };
    return element(
      "p",
      { className: "tools" },
      button("Kopieer", async () => {
        await copy(lines(headers, rows, "\t").join("\n"));
        announce(`${rows.length} rijen gekopieerd: ${caption}`);
      }),
      button("Download CSV", () => download(name, headers, rows)),
      ...files.map((file) =>
        button(file.label, () => {
          const made = file.make();
          download(file.name, made.headers, made.rows);
        })
      )
    );
  }

  // Every row carries the labels: a copied row must not pass for real, or for safe.
  function lines(headers, rows, separator) {
    const mark = report.labels.join("; ");
    const write = (texts) => texts.map((text) => quoted(text, separator)).join(separator);
    const raw = (item) => (item.column && item.value !== null ? plainNumber(item.value, item.column) : item.text);
    const extra = mark ? [[mark], ["Opmerking"]] : [[], []];
    return [
      write([...headers, ...extra[1]]),
      ...rows.map((row) => write([...row.map(raw), ...extra[0]])),
    ];
  }

  function quoted(text, separator) {
    const flat = String(text);
    return flat.includes(separator) || /["\n\r]/.test(flat) ? `"${flat.replaceAll('"', '""')}"` : flat;
  }

  function download(name, headers, rows) {
    // With the mark of UTF-8, without which spreadsheets misread accents.
    const content = `\ufeff${lines(headers, rows, ";").join("\r\n")}\r\n`;
    save(new Blob([content], { type: "text/csv;charset=utf-8" }), name, "csv", `${rows.length} rijen gedownload`);
  }

  function save(blob, name, ending, told = "Gedownload") {
    const address = URL.createObjectURL(blob);
    const parts = [name, `stand_${report.asOf}`];
    if (report.isSynthetic) parts.push("synthetisch");
    if (report.isInternal) parts.push("intern");
    const link = element("a", { href: address, download: `${parts.join("_")}.${ending}` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    announce(`${told}: ${link.download}`);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers that keep the clipboard from files on disk still have the older way.
      const field = element("textarea", { value: text });
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  // ---------------------------------------------------------------- charts

  const drawn = new Map();

  // Draws once, then only changes the rows; `description` is what a screen reader says instead.
  async function draw(place, spec, rows, description, { key = spec, data = {}, values = {}, onClick } = {}) {
    let chart = drawn.get(place);
    if (chart && chart.key !== key) {
      forget(place);
      chart = undefined;
    }
    if (!chart) {
      const filled = { ...spec, datasets: { rows, ...data } };
      const params = (spec.params ?? []).map((item) => (item.name in values ? { ...item, value: values[item.name] } : item));
      if (params.length) filled.params = params;
      const ready = vegaEmbed(place, filled, {
        mode: "vega-lite",
        actions: false,
        renderer: "svg",
        ast: true,
        defaultStyle: false,
        config: report.vegaConfig,
        formatLocale: vegaLocale,
      }).then((result) => {
        if (onClick) result.view.addEventListener("click", (event, item) => item?.datum && onClick(item.datum));
        return result;
      });
      chart = { key, ready };
      drawn.set(place, chart);
      name(place, description);
      await ready;
    } else {
      const { view } = await chart.ready;
      if (drawn.get(place) !== chart) return;
      view.data("rows", rows);
      Object.entries(values).forEach(([parameter, value]) => view.signal(parameter, value));
      await view.runAsync();
    }
    if (drawn.get(place) === chart) name(place, description);
  }

  function name(place, description) {
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", description);
    findAll("svg", place).forEach((svg) => svg.setAttribute("aria-hidden", "true"));
  }

  function forget(place) {
    drawn.get(place)?.ready.then((result) => result.finalize());
    drawn.delete(place);
    place.replaceChildren();
  }

  const SCALE = 2;
  const LINE = 20;

  // The drawing with its heading, source and labels, as a picture that says what it is when it travels alone.
  async function downloadImage(figureElement) {
    const svg = find(".chart svg", figureElement);
    if (!svg) return;
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink").trim();
    const { width, height } = svg.getBoundingClientRect();
    const wrap = (text) => {
      const most = Math.floor(width / 7.2);
      return text.split(" ").reduce((found, word) => {
        const last = found[found.length - 1];
        if (last && last.length + word.length < most) found[found.length - 1] = `${last} ${word}`;
        else found.push(word);
        return found;
      }, []);
    };
    const textOf = (selector) => (find(selector, figureElement)?.textContent ?? "").trim();
    const title = textOf("h3") || find("#heading-map").textContent;
    const above = [...wrap(title), ...wrap(textOf(".unit"))];
    const below = [textOf(".origin"), ...report.labels].filter(Boolean).flatMap(wrap);
    const total = height + (above.length + below.length + 2) * LINE;
    const texts = (list, top) =>
      list.map((text, index) => {
        const line = document.createElementNS(svg.namespaceURI, "text");
        line.textContent = text;
        Object.entries({ x: 10, y: top + (index + 1) * LINE, fill: ink, "font-size": 13, "font-family": "sans-serif" }).forEach(
          ([attribute, value]) => line.setAttribute(attribute, value)
        );
        return line;
      });
    const picture = document.createElementNS(svg.namespaceURI, "svg");
    Object.entries({ width: width + 20, height: total, color: ink }).forEach(([attribute, value]) =>
      picture.setAttribute(attribute, value)
    );
    const copied = svg.cloneNode(true);
    copied.setAttribute("x", 10);
    copied.setAttribute("y", (above.length + 0.6) * LINE);
    picture.append(...texts(above, 0), copied, ...texts(below, height + (above.length + 0.6) * LINE));
    const source = new XMLSerializer()
      .serializeToString(picture)
      .replace(/var\((--\w+)\)/g, (whole, variable) => style.getPropertyValue(variable).trim())
      // A gradient is found by the address of the page, which the picture doesn't have.
      .replace(/url\((?:&quot;)?[^)#]*#([\w-]+)(?:&quot;)?\)/g, "url(#$1)");
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
    await image.decode();
    const canvas = element("canvas", { width: (width + 20) * SCALE, height: total * SCALE });
    const context = canvas.getContext("2d");
    context.scale(SCALE, SCALE);
    context.fillStyle = style.getPropertyValue("--paper").trim();
    context.fillRect(0, 0, width + 20, total);
    context.drawImage(image, 0, 0);
    canvas.toBlob((blob) => save(blob, plainName(title), "png"));
  }

  const plainName = (text) => text.normalize("NFD").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_|_$/g, "").toLowerCase();

  function noChart(place, text) {
    forget(place);
    place.removeAttribute("role");
    place.removeAttribute("aria-label");
    place.append(element("p", { className: "no-chart", textContent: text }));
  }

  function rowsOfChart(annex, chart, area, years) {
    return years.flatMap((year) => {
      const values = chart.series.map((series) => figure(annex, series.column, area, year));
      const total = values.reduce((sum, value) => sum + (value ?? 0), 0);
      return chart.series.map((series, place) => {
        const column = annex.columns[series.column];
        const value = values[place];
        const part = chart.shape === "shares" ? share(value, total) : null;
        const hasShare = part !== null && (value !== 0 || !report.rounding);
        const text = orRange(value, column) + (hasShare ? ` (${formats.percent.format(part)})` : "");
        return {
          year,
          area: areas.title[area],
          series: series.name,
          place,
          value: (value ?? 0) / chart.divisor,
          part,
          total,
          text,
          range: rangeText(value, column),
          label: chart.divisor > 1 && value !== null ? formats.count.format(value / chart.divisor) : atBar(value, column),
        };
      });
    });
  }

  const inside = (rows, total) =>
    rows.map((row) => ({ ...row, label: row.value / total(row) >= LEAST_LABELLED_SHARE ? row.label : "" }));

  function drawChart(annex, chart, root, area) {
    const isRanking = chart.shape === "ranking";
    const year = annex.years.includes(state.year) ? state.year : null;
    const years = isRanking ? (year === null ? [] : [year]) : annex.years;
    const first = annex.years[0];
    const last = annex.years[annex.years.length - 1];
    fill(".scope", `, ${areas.title[area]}, ${isRanking ? state.year : `${first}-${last}`}`, root);
    const place = find(".chart", root);
    const rows = rowsOfChart(annex, chart, area, years);
    const areShares = chart.shape === "shares" && rows.every((row) => row.total >= report.least);
    const measure = lowered(chart.unit);
    const per = chart.axis ? `, naar ${chart.axis}` : "";
    let unit = `${chart.unit}${per}`;
    if (areShares) unit = `Aandeel in het ${measure}${per}`;
    else if (chart.shape === "shares") unit += ". Te weinig in minstens één jaar om aandelen te tonen";
    fill(".unit", `${unit}.`, root);
    if (!rows.length) {
      noChart(place, noYear(annex));
    } else if (rows.every((row) => row.value === 0)) {
      noChart(place, "Alle cijfers van deze figuur zijn 0 of weggelaten.");
    } else {
      const description = describe(chart, rows, area, areShares);
      if (areShares) {
        const labelled = rows.map((row) => ({
          ...row,
          label: row.part >= LEAST_LABELLED_SHARE ? formats.percent.format(row.part) : "",
        }));
        draw(place, chart.specs.main, labelled, description);
      } else if (chart.shape === "shares") {
        const highest = Math.max(...rows.map((row) => row.total));
        draw(place, chart.specs.counts, inside(rows, () => highest || 1), description);
      } else {
        draw(place, chart.specs.main, rows, description);
      }
    }
    const headers = ["Jaar", ...chart.series.map((series) => annex.columns[series.column].header)];
    showTable(find(".figures", root), {
      caption: `${chart.title}, ${areas.title[area]}`,
      headers,
      rows: years.map((item) => [
        { text: String(item) },
        ...chart.series.map((series) => cell(annex, series.column, area, item)),
      ]),
      name: `bijlage_${annex.number}_figuur_${annex.charts.indexOf(chart) + 1}_${areas.code[area]}`,
    });
  }

  // What a reader would see, for who doesn't: the ends of the first series, or the longest bar.
  function describe(chart, rows, area, areShares) {
    const start = `Figuur: ${chart.title}, ${areas.title[area]}.`;
    if (chart.shape === "ranking") {
      const top = rows.reduce((best, row) => (row.value > best.value ? row : best));
      return `${start} Het meest in ${top.year}: ${lowered(top.series)}, ${top.range ?? top.label}.`;
    }
    const ends = rows.filter((row) => row.place === 0);
    const tell = (row) => `${areShares ? row.text : (row.range ?? row.label)} in ${row.year}`;
    return `${start} ${ends[0].series}: ${tell(ends[0])}, ${tell(ends[ends.length - 1])}. Cijfers in de tabel.`;
  }

  // Small charts of one figure; they share a scale unless areas differ too much in size.
  function drawSmall(annex, list, shownAreas, hasSharedScale) {
    const position = annex.headline;
    const column = annex.columns[position];
    const known = (area) => annex.years.map((year) => figure(annex, position, area, year) ?? 0);
    const highest = Math.max(1, ...shownAreas.flatMap(known));
    const isRoomy = annex.years.length <= 5 && column.kind !== "euro";
    const ends = [annex.years[0], annex.years[annex.years.length - 1]];
    if (list.children.length !== shownAreas.length) {
      findAll(".chart", list).forEach(forget);
      list.replaceChildren(
        ...shownAreas.map(() => element("li", {}, element("h4"), element("div", { className: "chart" })))
      );
    }
    shownAreas.forEach((area, index) => {
      const item = list.children[index];
      fill("h4", areas.title[area], item);
      const rows = annex.years.map((year) => {
        const value = figure(annex, position, area, year);
        return {
          year,
          area: areas.title[area],
          series: column.header,
          value: value ?? 0,
          text: orRange(value, column),
          range: rangeText(value, column),
          // Numbers over many narrow columns would run into each other.
          label: isRoomy || ends.includes(year) ? atBar(value, column) : "",
        };
      });
      const description = `Figuur: ${areas.title[area]}, ${lowered(column.header)}: ${rows
        .map((row) => `${row.range ?? row.text} in ${row.year}`)
        .join(", ")}.`;
      const top = 1.25 * (hasSharedScale ? highest : Math.max(1, ...known(area)));
      draw(find(".chart", item), report.small, rows, description, { values: { top } });
    });
  }

  // ---------------------------------------------------------------- key facts

  function showHeadline(annex, place, area) {
    const isKnown = annex.years.includes(state.year);
    place.replaceChildren();
    findAll(":scope > [data-caveat]", place.parentElement).forEach((item) => (item.hidden = !isKnown));
    if (!isKnown) {
      place.append(element("p", { textContent: noYear(annex) }));
      return;
    }
    place.append(element("p", { className: "answer", textContent: sentence(annex, area, state.year) }));
  }

  // The sentence of an annex as the workbook fills it: [one|other] keeps the first part whose places are all known,
  // {name:one/many} has words around a number. What may be a small count is told as what it may be.
  function sentence(annex, area, year) {
    const told = (part) => {
      const texts = [...part.matchAll(PLACE)].map(([, place]) => placeText(annex, area, year, place));
      return texts.includes(null) ? null : part.replace(PLACE, () => texts.shift());
    };
    return annex.sentence
      .replace(/\[([^[\]]*)\]/g, (_, parts) => parts.split("|").map(told).find((text) => text !== null) ?? "")
      .replace(PLACE, (_, place) => placeText(annex, area, year, place) ?? "een onbekend aantal");
  }

  const NONE = "geen";
  const PLACE = /\{([^{}]+)\}/g;

  function placeText(annex, area, year, place) {
    if (place === "previous_year") return String(year - 1);
    if (place.startsWith("year")) return String(year + Number(place.slice(4) || 0));
    const [, name, aspect, one, many] = place.match(/^(\w+)(?:\.(\w+))?(?::(.*)\/(.*))?$/);
    const described = annex.places[name];
    if (!described || described.column === null) return null;
    const of = annex.places[described.of]?.column;
    const known = (column, when) => (isKnownColumn(annex, column, area) ? figure(annex, column, area, when) : null);
    const value = known(described.column, year);
    const earlier = known(described.column, year - 1);
    const part = (number, when) => {
      const whole = of === undefined ? null : known(of, when);
      const isEnough = whole !== null && isOfEnough(annex, annex.columns[described.column], area, [when], whole);
      return number === null || !isEnough ? null : number / whole;
    };
    // A sentence has one unit: millions, unless one decimal would say too little of an amount.
    const amounts = Object.values(annex.places)
      .filter((item) => item.column !== null && annex.columns[item.column].kind === "euro")
      .map((item) => Math.abs(known(item.column, year)))
      .filter((amount) => amount);
    const inMillions = Math.max(...amounts) >= MILLION && Math.min(...amounts) >= MILLION / 2;
    const written = (number) => valueText(number, annex, described, inMillions);
    // What the rounding of two counts may make of no change.
    const { kind, units } = annex.columns[described.column];
    const doubt = (whole) => (report.rounding && kind === "count" ? (2 * report.rounding.base * units) / whole : 0);
    const aspects = {
      none: () => {
        const text = written(value);
        return text === NONE ? text : null;
      },
      size: () => written(value === null ? null : Math.abs(value)),
      previous: () => written(earlier),
      change: () => {
        if (value === null || earlier === null || value * earlier < 0) return null;
        if (!isOfEnough(annex, annex.columns[described.column], area, [year - 1, year], earlier)) return null;
        return changeText((value - earlier) / earlier, "\u00a0%", year, doubt(earlier));
      },
      share: () => {
        const share = part(value, year);
        return share === null ? null : shareText(share, doubt(known(of, year)));
      },
      points: () => {
        const [now, before] = [part(value, year), part(earlier, year - 1)];
        return now === null || before === null ? null : changeText(now - before, " procentpunt", year, doubt(known(of, year)));
      },
    };
    const text = aspect ? aspects[aspect]() : written(value);
    if (text === null || many === undefined) return text;
    return (value === 1 && text === "1" ? one : many).replace("#", text);
  }

  function valueText(value, annex, { column }, inMillions) {
    if (value === null) return null;
    const { kind } = annex.columns[column];
    if (kind === "mean") return formats.mean.format(value);
    if (kind === "euro") {
      return inMillions && value ? `${formats.mean.format(value / MILLION)} miljoen` : formats.count.format(value);
    }
    const about = report.rounding ? "ongeveer " : "";
    return rangeText(value, annex.columns[column]) ?? (value === 0 ? NONE : about + formats.count.format(value));
  }

  // What a rounded count that may be small may be; null where a number says enough.
  function rangeText(value, { kind, units }) {
    if (!report.rounding || kind !== "count" || value === null) return null;
    const step = report.rounding.base * units;
    const lowest = value - step + 1;
    return lowest < report.rounding.threshold * units ? `${Math.max(lowest, 0)} tot ${value + step - 1}` : null;
  }

  function changeText(change, unit, year, doubt) {
    const size = Math.round(Math.abs(change) * 100);
    if (Math.abs(change) < doubt && (size > 0 || doubt >= PERCENT_POINT)) return `zonder duidelijk verschil met ${year - 1}`;
    if (size === 0) return `ongeveer evenveel als in ${year - 1}`;
    const more = `${change > 0 ? "meer" : "minder"} dan in ${year - 1}`;
    return doubt > ROUGH ? more : `${about(doubt)}${formats.count.format(size)}${unit} ${more}`;
  }

  function shareText(share, doubt) {
    // A count shown as 0 may be one below the base.
    if (doubt > 0 && share === 0) return `minder dan ${Math.ceil(doubt * 50)}\u00a0%`;
    const size = Math.round(Math.abs(share) * 100);
    return size === 0 && share !== 0 ? "minder dan 1\u00a0%" : `${about(doubt)}${size}\u00a0%`;
  }

  // Where rounding may move a change by more, only its direction is said, as in twe.export.answers.
  const ROUGH = 0.1;
  // The word before a percentage that rounding may have moved by one or more.
  const PERCENT_POINT = 0.01;
  const about = (doubt) => (doubt >= PERCENT_POINT ? "ongeveer " : "");

  // ---------------------------------------------------------------- views

  const address = (...chosen) => `#${PROFILE}/${chosen.map((area) => areas.code[area]).join("+")}`;
  const chosenMunicipalities = () =>
    state.area === FLANDERS ? municipalities : municipalities.filter((item) => areas.province[item] === state.area);

  function renderOverview(root) {
    findAll(".headline", root).forEach((item) => {
      const annex = annexes.find((one) => one.number === Number(item.dataset.annex));
      showHeadline(annex, find(".content", item), state.area);
    });
    renderMap();
  }

  const MOST_NAMED = 10;
  const lastInhabitants = (area) => areas.inhabitants[area][allYears.length - 1] ?? 0;
  // 1, 2 or 5 times a power of ten, so that the legend has round sizes that occur.
  function roundSizes(largest, { kind, units }) {
    const smallest = report.rounding && kind === "count" ? report.rounding.base * units : 1;
    const power = 10 ** Math.floor(Math.log10(largest));
    const first = [5, 2, 1].map((step) => step * power).find((size) => size <= largest);
    return [first / 10, first / 2, first].filter((size) => size >= smallest);
  }

  function renderMap() {
    const annex = annexes.find((one) => one.columns.some((column) => column.name === state.figure));
    const position = annex.columns.findIndex((column) => column.name === state.figure);
    const column = annex.columns[position];
    const { number } = annex;
    const rated = rateColumn(column);
    const sizeClass = state.sizeClass === null ? "" : `, ${lowered(report.sizeClasses[state.sizeClass])}`;
    const title = `Bijlage ${number}, ${lowered(column.header)}, per gemeente, ${areas.title[state.area]}${sizeClass}, ${state.year}`;
    find("#measure").value = state.figure;
    find("#size-class").value = state.sizeClass ?? "";
    fill("#map-title", title);
    fill("#map-origin", annex.origin);
    const place = find("#map");
    if (!annex.years.includes(state.year)) {
      fill("#map-unit", "");
      noChart(place, noYear(annex));
      find("#map-table").replaceChildren();
      return;
    }
    const shownAreas = chosenMunicipalities().filter(
      (area) => state.sizeClass === null || areas.sizeClass[area] === state.sizeClass
    );
    const rates = new Map(shownAreas.map((area) => [area, rateOf(annex, position, area, state.year)]));
    const known = [...rates.values()].filter((rate) => rate !== null);
    const isRated = known.length > 0;
    // One rate has no other to be darker than.
    const isColoured = known.length > 1;
    const isMean = column.kind === "mean";
    const few = known.length ? "te klein voor een verhouding, behalve in één gemeente" : "overal te klein voor een verhouding";
    let colour = ` Geen kleuren: dit cijfer is ${isMean ? "een gemiddelde" : few}.`;
    if (isColoured) {
      const counted = column.whole === null ? `, van alle leeftijden, op 1 januari ${report.counted[allYears.indexOf(state.year)]}` : "";
      colour = ` Kleur: ${lowered(rateHeader(annex, column))}${counted}.`;
      if (known.length < rates.size) colour += " Grijs: het aantal is te klein voor een aandeel of verhouding.";
    }
    fill("#map-unit", `${column.meaning} Grootte: aantal ${column.unit}.${colour}`.replace("aantal euro", "bedrag in euro"));
    // Where no figure is above 0, as of recoveries, sizes and rates are those of the amounts without their sign.
    const isBelow = shownAreas.every((area) => (figure(annex, position, area, state.year) ?? 0) <= 0);
    const sized = (rate) => (isBelow && rate !== null ? Math.abs(rate) : rate);
    const points = shownAreas
      .filter((area) => areas.longitude[area] !== null)
      .map((area) => {
        const value = figure(annex, position, area, state.year);
        return {
          code: areas.code[area],
          name: areas.name[area],
          province: areas.name[areas.province[area]],
          longitude: areas.longitude[area],
          latitude: areas.latitude[area],
          size: Math.abs(value ?? 0),
          isNegative: !isBelow && (value ?? 0) < 0,
          isHidden: value === null,
          text: orRange(value, column),
          rate: isColoured ? sized(rates.get(area)) : null,
          rateText: `${shown(rates.get(area), rated)} (${lowered(rateHeader(annex, column))})`,
        };
      })
      // So that small circles stand on large ones.
      .sort((one, other) => other.size - one.size);
    const names = shownAreas
      .filter((area) => areas.longitude[area] !== null)
      .sort((one, other) => lastInhabitants(other) - lastInhabitants(one))
      .slice(0, place.clientWidth < 500 ? MOST_NAMED / 2 : MOST_NAMED)
      .map((area) => ({ name: areas.name[area], longitude: areas.longitude[area], latitude: areas.latitude[area] }));
    const outlines = report.outlines.filter(
      (outline) => state.area === FLANDERS || outline.properties.nis === areas.code[state.area]
    );
    const largest = Math.max(1, ...points.map((point) => point.size));
    const values = { top: largest, sizes: roundSizes(largest, column) };
    if (isColoured) {
      const ends = known.map(sized);
      const [low, high] = [Math.min(...ends), Math.max(...ends)];
      // One colour for one rate: a scale needs two ends.
      Object.assign(values, { low, high: high > low ? high : low + 0.01, form: rated === PERCENT ? ".0%" : ",.2~f" });
    }
    const ranked = (area) => (isRated ? rates.get(area) : figure(annex, position, area, state.year));
    const rankOf = (area) => {
      const own = ranked(area);
      // Recoveries are below 0: the largest is the first.
      const isBefore = (other) => ranked(other) !== null && Math.abs(ranked(other)) > Math.abs(own);
      return own === null ? null : 1 + shownAreas.filter(isBefore).length;
    };
    // What isn't known comes last.
    const sizeOf = (item) => (item.value === null ? -1 : Math.abs(item.value));
    const rows = shownAreas
      .map((area) => [
        { text: areas.name[area], href: address(area) },
        { text: areas.name[areas.province[area]] },
        cell(annex, position, area, state.year),
        changeCell(annex, position, area, state.year),
        asCell(rates.get(area), rated),
        asCell(rankOf(area), RANK),
      ])
      .sort((one, other) => sizeOf(other[2]) - sizeOf(one[2]));
    const first = rows[0];
    const description = first
      ? `Kaart: ${title}. Het hoogst: ${first[0].text}, ${first[2].text}. Cijfers in de tabel.`
      : `Kaart: ${title}. Geen gemeenten.`;
    draw(place, report.maps[isColoured ? "coloured" : "plain"], points, description, {
      // Another selection is another map: it is fitted to what it shows.
      key: `${isColoured} ${state.area} ${state.sizeClass} ${names.length}`,
      data: { outlines, names },
      values,
      onClick: (datum) => datum.code && go(`#${PROFILE}/${datum.code}`),
    });
    showTable(find("#map-table"), {
      caption: title,
      headers: [
        "Gemeente",
        "Provincie",
        column.header,
        `Verschil met ${state.year - 1}`,
        rateHeader(annex, column),
        isRated ? "Plaats volgens verhouding" : "Plaats",
      ],
      rows,
      keys: 2,
      sortable: true,
      name: `kaart_bijlage_${number}_${areas.code[state.area]}_${state.year}`,
    });
  }

  function renderAnnex(root) {
    const annex = annexes.find((one) => one.number === Number(root.dataset.annex));
    showHeadline(annex, find(".headline", root), state.area);
    findAll("[data-chart]", root).forEach((item) =>
      drawChart(annex, annex.charts[Number(item.dataset.chart)], item, state.area)
    );
    drawSmall(annex, find("[data-small]", root), provinces, true);
    findAll("[data-table]", root).forEach((item) => {
      const table = annex.tables[Number(item.dataset.table)];
      if (table.isMunicipal) showMunicipalTable(annex, table, item);
      else showTotalsTable(annex, table, item);
    });
  }

  const CHANGES = "wijzigingen";

  function renderChanges() {
    const isChosen = (area) =>
      state.area === FLANDERS || area === state.area || areas.province[area] === state.area;
    const found = report.changes.filter((row) => row[3] === state.year && isChosen(row[2]));
    fill("#no-changes", found.length ? "" : `Geen gewijzigde cijfers voor ${inText(state.area)} in ${state.year}.`);
    showTable(find("#changes"), {
      caption: `Gewijzigde cijfers, ${areas.title[state.area]}, ${state.year}`,
      headers: ["Gebied", "Bijlage", "Cijfer", "Jaar", "Eenheid", "Was", "Is nu", "Sinds"],
      rows: found.map(([annex, name, area, year, unit, was, is, since]) => [
        typeof area === "number"
          ? { text: areas.title[area], ...(areas.level[area] === "municipality" ? { href: address(area) } : {}) }
          : { text: area },
        { text: String(annex) },
        { text: name },
        { text: String(year) },
        { text: unit },
        ...[was, is].map((value) => asCell(value, { kind: unit === "euro" ? "euro" : Number.isInteger(value) ? "count" : "rate", missing: "–" })),
        { text: since.split("-").reverse().join("/"), order: since },
      ]),
      keys: 5,
      sortable: true,
      name: `${CHANGES}_${areas.code[state.area]}_${state.year}`,
    });
  }

  // After the municipalities what some of them show together, with how many they are.
  function municipalRows(annex, table, years) {
    const row = (area, year, name) => [
      name,
      { text: areas.code[area] },
      { text: areas.name[areas.province[area]] },
      { text: String(year) },
      ...table.columns.map((column) => cell(annex, column, area, year)),
    ];
    const isChosen = (area) => state.area === FLANDERS || areas.province[area] === state.area;
    return [
      ...chosenMunicipalities().flatMap((area) =>
        years.map((year) => row(area, year, { text: areas.name[area], href: address(area) }))
      ),
      ...Object.entries(table.shared).flatMap(([area, names]) =>
        years.filter((year) => year in names && isChosen(area)).map((year) => row(area, year, { text: names[year] }))
      ),
    ];
  }

  function showMunicipalTable(annex, table, place) {
    const years = annex.years.includes(state.year) ? [state.year] : [];
    const headers = ["Gemeente", "NIS-code", "Provincie", "Jaar", ...heads(annex, table)];
    showTable(place, {
      caption: `${table.title}, gemeenten van ${inText(state.area)}, ${state.year}`,
      headers,
      rows: municipalRows(annex, table, years),
      keys: 4,
      sortable: true,
      name: `${table.name}_${areas.code[state.area]}_${state.year}`,
      files: [
        {
          label: "Download CSV, alle jaren",
          name: `${table.name}_${areas.code[state.area]}_alle_jaren`,
          make: () => ({ headers, rows: municipalRows(annex, table, annex.years) }),
        },
      ],
    });
  }

  function showTotalsTable(annex, table, place) {
    const shownAreas = state.area === FLANDERS ? [FLANDERS, ...provinces] : [FLANDERS, state.area];
    showTable(place, {
      caption: table.title,
      headers: ["Gebied", "Jaar", ...heads(annex, table)],
      rows: shownAreas.flatMap((area) =>
        annex.years.map((year) => [
          { text: areas.title[area] },
          { text: String(year) },
          ...table.columns.map((column) => cell(annex, column, area, year)),
        ])
      ),
      keys: 2,
      sortable: true,
      name: `${table.name}_${areas.code[state.area]}`,
    });
  }

  const heads = (annex, table) => table.columns.map((column) => annex.columns[column].header);

  // One municipality beside its province and Flanders, or two to four beside each other and Flanders.
  function renderProfile(root) {
    const [area] = state.chosen;
    const isSingle = state.chosen.length === 1;
    const province = areas.province[area];
    const compared = isSingle ? [area, province, FLANDERS] : [...state.chosen, FLANDERS];
    const names = listText(state.chosen.map((item) => areas.name[item]));
    const codes = state.chosen.map((item) => areas.code[item]);
    fill(".profile-title", isSingle ? `Profiel van ${names}` : `Vergelijking van ${names}`, root);
    fill(".municipality-name", names, root);
    fill(".profile-codes", `${isSingle ? "NIS-code" : "NIS-codes"} ${listText(codes)}`, root);
    fill(
      ".profile-beside",
      isSingle ? `vergeleken met ${inText(province)} en met Vlaanderen` : "vergeleken met Vlaanderen",
      root
    );
    find(".permalink", root).href = location.hash;
    const inClass = find(".size-class", root);
    inClass.hidden = !isSingle || areas.sizeClass[area] === null;
    if (!inClass.hidden) {
      inClass.replaceChildren(
        element("a", {
          href: written({ ...state, view: OVERVIEW, chosen: [], area: FLANDERS, sizeClass: areas.sizeClass[area] }),
          textContent: `Rangschikking van gemeenten met ${lowered(report.sizeClasses[areas.sizeClass[area]])}`,
        })
      );
    }
    find(".compared", root).replaceChildren(
      ...(isSingle ? [] : state.chosen).map((item) =>
        element(
          "li",
          {},
          element("a", { href: address(...state.chosen.filter((other) => other !== item)), textContent: `Zonder ${areas.name[item]}` })
        )
      )
    );
    find("#compare", root).hidden = state.chosen.length >= MOST_COMPARED;
    annexes.forEach((annex) => {
      const part = find(`[data-annex="${annex.number}"]`, root);
      find(".headline", part).hidden = !isSingle;
      showHeadline(annex, find(".headline", part), area);
      drawSmall(annex, find("[data-small]", part), compared, false);
      findAll("[data-comparison]", part).forEach((item) =>
        drawComparison(annex, annex.charts[Number(item.dataset.comparison)], item, compared)
      );
      const columns = annex.columns.flatMap((column, index) => (column.isMunicipal ? [index] : []));
      const hasYear = annex.years.includes(state.year);
      showTable(find('[data-profile="year"]', part), {
        caption: `Bijlage ${annex.number}: ${names} vergeleken, ${state.year}`,
        headers: ["Cijfer", ...compared.map((one) => areas.title[one]), ...state.chosen.map((one) => `${areas.name[one]}: verschil met ${state.year - 1}`)],
        rows: (hasYear ? columns : []).map((column) => [
          { text: annex.columns[column].header },
          ...compared.map((one) => profileCell(annex, column, one, state.year)),
          ...state.chosen.map((one) => changeCell(annex, column, one, state.year)),
        ]),
        name: `bijlage_${annex.number}_${codes.join("_")}_${state.year}`,
      });
      showTable(find('[data-profile="years"]', part), {
        caption: `Bijlage ${annex.number}: ${names}, alle jaren`,
        headers: ["Cijfer", ...(isSingle ? [] : ["Gemeente"]), ...annex.years.map(String)],
        rows: columns.flatMap((column) =>
          state.chosen.map((one) => [
            { text: annex.columns[column].header },
            ...(isSingle ? [] : [{ text: areas.name[one] }]),
            ...annex.years.map((year) => profileCell(annex, column, one, year)),
          ])
        ),
        keys: isSingle ? 1 : 2,
        name: `bijlage_${annex.number}_${codes.join("_")}_alle_jaren`,
      });
    });
  }

  function drawComparison(annex, chart, root, compared) {
    const place = find(".chart", root);
    fill(".scope", `, ${state.year}`, root);
    if (!annex.years.includes(state.year)) {
      fill(".unit", "", root);
      noChart(place, noYear(annex));
      return;
    }
    const names = compared.map((area) => areas.title[area]);
    const rows = compared.flatMap((area, index) =>
      rowsOfChart(annex, chart, area, [state.year]).map((row) => ({ ...row, area: names[index], areaPlace: index }))
    );
    const enough = rows.filter((row) => row.total >= report.least);
    const few = names.filter((one) => !enough.some((row) => row.area === one));
    const without = few.length ? ` Te weinig voor aandelen: ${listText(few)}; de tabel heeft de aantallen.` : "";
    fill(".unit", `Aandeel in het ${lowered(chart.unit)}.${without}`, root);
    if (!enough.length) {
      noChart(place, "Geen van deze gebieden heeft genoeg trajecten om aandelen te tonen.");
      return;
    }
    const labelled = enough.map((row) => ({
      ...row,
      label: row.part >= LEAST_LABELLED_SHARE ? formats.percent.format(row.part) : "",
    }));
    const description = `Figuur: ${chart.title}, ${state.year}. ${labelled
      .filter((row) => row.place === 0)
      .map((row, index) => `${index ? lowered(row.series) : row.series} in ${row.area}: ${row.text}`)
      .join("; ")}. Cijfers in de tabel.`;
    const shownAreas = compared.length - few.length;
    const spec = { ...chart.specs.comparison, height: report.step * shownAreas };
    draw(place, spec, labelled, description, { key: `${chart.title} ${shownAreas}` });
  }

  // ---------------------------------------------------------------- what is chosen

  const ofCode = (list, code) => list.find((item) => areas.code[item] === code);

  // What an address asks for; `wrong` says in sentences what in it doesn't exist.
  function read(hash) {
    const [path, query] = hash.replace(/^#/, "").split("?");
    const [view, codes = ""] = path.split("/");
    const asked = new URLSearchParams(query);
    const wrong = [];
    const known = (name, found, fallback, told) => {
      const text = asked.get(name);
      if (text === null) return fallback;
      const value = found(text);
      if (value === undefined) wrong.push(`${told} '${text}' bestaat hier niet.`);
      return value ?? fallback;
    };
    const area = known("provincie", (text) => ofCode(provinces, text), FLANDERS, "Provincie");
    const year = known("jaar", (text) => allYears.find((item) => String(item) === text), openingYear, "Jaar");
    const isFigure = (text) => annexes.some((annex) => annex.columns.some((column) => column.name === text && column.isMunicipal));
    const wanted = known("cijfer", (text) => (isFigure(text) ? text : undefined), defaultFigure, "Cijfer");
    const sizeClass = known("klasse", (text) => (report.sizeClasses[Number(text) - 1] ? Number(text) - 1 : undefined), null, "Grootteklasse");
    const chosen = [];
    if (view === PROFILE) {
      for (const code of codes.split("+").filter(Boolean)) {
        const found = ofCode(municipalities, code);
        if (found === undefined) wrong.push(`Geen gemeente heeft NIS-code '${code}'.`);
        else if (!chosen.includes(found)) chosen.push(found);
      }
      if (chosen.length > MOST_COMPARED) wrong.push(`De pagina vergelijkt hoogstens ${MOST_COMPARED} gemeenten.`);
    }
    const exists = view === PROFILE ? chosen.length > 0 : document.getElementById(`view-${view}`) !== null;
    if (view && view !== PROFILE && !exists) wrong.push(`Onderdeel '${view}' bestaat niet.`);
    if (!exists && wrong.length) wrong.push("Dit is het overzicht.");
    return { view: exists ? view : OVERVIEW, chosen: chosen.slice(0, MOST_COMPARED), area, year, figure: wanted, sizeClass, wrong };
  }

  function written(choice) {
    const query = new URLSearchParams();
    if (choice.area !== FLANDERS) query.set("provincie", areas.code[choice.area]);
    if (choice.year !== openingYear) query.set("jaar", String(choice.year));
    if (choice.figure !== defaultFigure) query.set("cijfer", choice.figure);
    if (choice.sizeClass !== null) query.set("klasse", String(choice.sizeClass + 1));
    const path = choice.view === PROFILE ? address(...choice.chosen).slice(1) : choice.view;
    return `#${path}${query.size ? `?${query}` : ""}`;
  }

  // A link may name a view alone, and then keeps what was chosen, or choices too.
  function go(hash) {
    const found = read(hash);
    location.hash = hash.includes("?") ? written(found) : written({ ...state, view: found.view, chosen: found.chosen });
  }

  function render() {
    history.replaceState(null, "", written(state));
    const root = document.getElementById(`view-${state.view}`);
    findAll(".view").forEach((item) => {
      if (item !== root && !item.hidden) findAll(".chart", item).forEach(forget);
      item.hidden = item !== root;
    });
    findAll("[data-view]").forEach((link) => {
      link.href = written({ ...state, view: link.dataset.view, chosen: [] });
      if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    fill(".area-name", areas.title[state.area], root);
    fill(".year-name", String(state.year), root);
    fill("#notice", state.wrong?.join(" ") ?? "");
    find("#notice").hidden = !state.wrong?.length;
    find("#province").value = areas.code[state.area];
    find("#year").value = state.year;
    fill("#chosen-year", String(state.year));
    find("#year").setAttribute("aria-valuetext", String(state.year));
    if (state.view === OVERVIEW) renderOverview(root);
    else if (state.view === PROFILE) renderProfile(root);
    else if (state.view === CHANGES) renderChanges();
    else if (root.dataset.annex) renderAnnex(root);
    const heading = find("h1", root).textContent;
    document.title = `${heading} - ${report.title}`;
    return heading;
  }

  function change(part) {
    Object.assign(state, part, { wrong: [] });
    render();
    const place = state.view === PROFILE ? areas.name[state.chosen[0]] : inText(state.area);
    announce(`De cijfers tonen nu ${place}, ${state.year}.`);
  }

  // Leads to the municipality that is found, beside those of `others`; else says what was found.
  function search(text, list, others = []) {
    const wanted = plain(text);
    list.hidden = true;
    list.replaceChildren();
    const isWanted = (item) => [plain(areas.name[item]), areas.code[item], ...areas.postalCodes[item].split(" ")].includes(wanted);
    const exact = municipalities.filter((item) => wanted && isWanted(item));
    const found = exact.length
      ? exact
      : municipalities.filter((item) => wanted && plain(areas.name[item]).includes(wanted));
    const link = (item) => address(...new Set([...others, item]));
    if (found.length === 1) {
      go(link(found[0]));
      return;
    }
    list.hidden = false;
    const message = found.length
      ? `${found.length} gemeenten gevonden met '${text}': `
      : `Geen gemeente gevonden met '${text}'.`;
    list.replaceChildren(
      message,
      ...found.slice(0, 20).flatMap((item, index) => [
        index ? ", " : "",
        element("a", { href: link(item), textContent: areas.name[item] }),
      ])
    );
    announce(message);
  }

  function start() {
    const slider = find("#year");
    slider.min = allYears[0];
    slider.max = lastYear;
    find("#province").addEventListener("change", (event) =>
      change({ area: areas.code.findIndex((code, item) => code === event.target.value && areas.level[item] !== "municipality") })
    );
    slider.addEventListener("input", () => change({ year: Number(slider.value) }));
    const changeMap = (part) => {
      Object.assign(state, part);
      history.replaceState(null, "", written(state));
      renderMap();
      announce(find("#map-title").textContent);
    };
    find("#measure").addEventListener("change", (event) => changeMap({ figure: event.target.value }));
    find("#size-class").addEventListener("change", (event) =>
      changeMap({ sizeClass: event.target.value === "" ? null : Number(event.target.value) })
    );
    findAll("figure").forEach((item) => {
      const button = element("button", { type: "button", className: "image", textContent: "Download afbeelding" });
      const subject = find("h3", item)?.firstChild.textContent ?? "kaart";
      button.append(element("span", { className: "unseen", textContent: `: ${subject}` }));
      button.addEventListener("click", () => downloadImage(item));
      item.append(button);
    });
    find("#search").addEventListener("submit", (event) => {
      event.preventDefault();
      search(find("#municipality").value, find("#found"));
    });
    find("#compare").addEventListener("submit", (event) => {
      event.preventDefault();
      search(find("#other").value, find("#found-other"), state.chosen);
    });
    // The address belongs to the views, so links inside a view are taken here.
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href^='#']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link.matches(".skip")) find("#content").focus();
      else go(link.getAttribute("href"));
    });
    window.addEventListener("hashchange", () => {
      findAll(".found").forEach((list) => (list.hidden = true));
      find("#other").value = "";
      Object.assign(state, read(location.hash));
      announce(render());
      find("h1", document.getElementById(`view-${state.view}`)).focus();
      window.scrollTo(0, 0);
    });
    window.addEventListener("beforeprint", () => findAll(".view:not([hidden]) details").forEach((item) => (item.open = true)));
    Object.assign(state, read(location.hash));
    render();
  }

  start();
})();
