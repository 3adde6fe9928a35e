// Looks at the report as a browser has drawn it; the result is a list of what is wrong.
async function check() {
  const problems = [];
  if (document.documentElement.scrollWidth > window.innerWidth + 1) {
    problems.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${window.innerWidth}`);
  }
  const resources = performance.getEntriesByType("resource").filter((entry) => !entry.name.startsWith("file:"));
  resources.forEach((entry) => problems.push(`a request: ${entry.name}`));
  for (const svg of document.querySelectorAll("svg")) {
    const view = svg.viewBox.baseVal;
    const scale = svg.getBoundingClientRect().width / view.width;
    const texts = [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBBox(), size: parseFloat(getComputedStyle(text).fontSize) * scale }));
    for (const { text, box, size } of texts) {
      if (box.x < view.x - 0.5 || box.x + box.width > view.x + view.width + 0.5 || box.y < view.y - 0.5 || box.y + box.height > view.y + view.height + 0.5) {
        problems.push(`${svg.querySelector("title").textContent}: "${text}" is clipped`);
      }
      if (size < 11) problems.push(`"${text}" is ${size} px`);
    }
    texts.forEach((one, n) => texts.slice(n + 1).forEach((other) => {
      const width = Math.min(one.box.x + one.box.width, other.box.x + other.box.width) - Math.max(one.box.x, other.box.x);
      const height = Math.min(one.box.y + one.box.height, other.box.y + other.box.height) - Math.max(one.box.y, other.box.y);
      if (width > 0.5 && height > 2) problems.push(`"${one.text}" overlaps "${other.text}"`);
    }));
  }
  const found = await axe.run(document, { resultTypes: ["violations"] });
  for (const violation of found.violations.filter((violation) => ["serious", "critical"].includes(violation.impact))) {
    problems.push(`axe ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
  }
  parent.postMessage(JSON.stringify({ problems, charts: document.querySelectorAll("svg").length, scheme: matchMedia("(prefers-color-scheme: dark)").matches }), "*");
}
check().catch((error) => parent.postMessage(JSON.stringify({ problems: [String(error)], charts: 0 }), "*"));
