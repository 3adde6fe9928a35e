//! Named values, as horizontal bars.

use maud::{Markup, html};

use super::{Description, FONT, WIDTH, fitted, label, number, svg, text_width};

/// A bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// Its length.
    pub value: f64,
    /// The whole that it is a part of, drawn behind it.
    pub whole: Option<f64>,
    /// The text behind it.
    pub label: String,
}

const ROW: f64 = 26.0;
/// The widest name, as a share of the chart.
const WIDEST_NAME: f64 = 0.38;

/// A bar chart.
#[must_use]
pub fn bars(bars: &[Bar], description: &Description) -> Markup {
    let size = |bar: &Bar| bar.value.max(bar.whole.unwrap_or(0.0));
    let most = bars.iter().map(size).fold(0.0, f64::max).max(1.0);
    let names = bars.iter().map(|bar| text_width(&bar.name, FONT)).fold(0.0, f64::max).min(WIDTH * WIDEST_NAME);
    let labels = bars.iter().map(|bar| text_width(&bar.label, FONT)).fold(0.0, f64::max);
    let left = names + 8.0;
    let scale = (WIDTH - left - labels - 8.0).max(20.0) / most;
    #[expect(clippy::cast_precision_loss, reason = "few bars")]
    let y = |n: usize| n as f64 * ROW;
    let length = |value: f64| number((value * scale).max(if value > 0.0 { 1.5 } else { 0.0 }));
    let content = html! {
        @for (n, bar) in bars.iter().enumerate() {
            (label(names, y(n) + 17.0, "end", "ink", &fitted(&bar.name, names + 0.5, FONT)))
            @if let Some(whole) = bar.whole {
                rect x=(number(left)) y=(number(y(n) + 4.0)) width=(length(whole)) height="18" class="bar2" {}
            }
            rect x=(number(left)) y=(number(y(n) + 4.0)) width=(length(bar.value)) height="18" class="bar1" {}
            (label(left + size(bar) * scale + 6.0, y(n) + 17.0, "start", "ink", &bar.label))
        }
        line x1=(number(left)) x2=(number(left)) y1="0" y2=(number(y(bars.len()))) class="axis" {}
    };
    svg(description, y(bars.len()).max(ROW), &content)
}
