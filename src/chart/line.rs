//! Values over time.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{Description, FONT, WIDTH, fitted, hatch, label, number, svg, text_width, ticks};
use crate::output::thousands;

/// The values of a line chart.
#[derive(Debug, Clone)]
pub struct LineChart {
    /// The unit of the values, above their axis.
    pub unit: String,
    /// The points, the earliest first.
    pub points: Vec<Point>,
    /// The values of an earlier time, dashed, with the name of that time; as many as there are points, or fewer.
    pub before: Option<(String, Vec<f64>)>,
    /// The name of the time of the points.
    pub now: String,
}

/// A point of a line chart.
#[derive(Debug, Clone)]
pub struct Point {
    /// The name below the axis.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Whether its span is cut off: it is hatched.
    pub partial: bool,
}

const HEIGHT: f64 = 190.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 162.0;
/// The width of the sample of a line before its name, with the gaps around it.
const SAMPLE: f64 = 38.0;

/// A line chart.
#[must_use]
pub fn line(chart: &LineChart, description: &Description) -> Markup {
    let before = chart.before.as_ref().map(|(_, values)| &values[..]).unwrap_or_default();
    let most = chart.points.iter().map(|point| point.value).chain(before.iter().copied()).fold(0.0, f64::max);
    let ticks = ticks(most, 4);
    let top = ticks[ticks.len() - 1];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
    let shown = |tick: &f64| thousands(*tick as u64);
    let left = ticks.iter().map(|tick| text_width(&shown(tick), FONT)).fold(0.0, f64::max) + 6.0;
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * value / top;
    let slots = chart.points.len().max(before.len()).max(1);
    #[expect(clippy::cast_precision_loss, reason = "few points")]
    let slot = (WIDTH - left - 8.0) / slots as f64;
    #[expect(clippy::cast_precision_loss, reason = "few points")]
    let x = |n: usize| left + slot * (n as f64 + 0.5);
    let path = |values: &mut dyn Iterator<Item = f64>| {
        let mut path = String::new();
        for (n, value) in values.enumerate() {
            let _ = write!(path, "{}{} {}", if n == 0 { "M" } else { "L" }, number(x(n)), number(y(value)));
        }
        path
    };
    // As many names as fit.
    let widest = chart.points.iter().map(|point| text_width(&point.name, FONT)).fold(0.0, f64::max) + 10.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few points")]
    let every = (widest / slot).ceil().max(1.0) as usize;
    let name = |n: usize, point: &Point| {
        let half = text_width(&point.name, FONT) / 2.0;
        label(x(n).clamp(half, WIDTH - half), BOTTOM + 18.0, "middle", "soft", &point.name)
    };
    let is_lonely = chart.points.len() == 1;
    let content = html! {
        (hatch())
        (label(0.0, 12.0, "start", "soft", &chart.unit))
        (legend(chart))
        @for tick in &ticks {
            line x1=(number(left)) x2=(number(WIDTH)) y1=(number(y(*tick))) y2=(number(y(*tick)))
                class=(if *tick > 0.0 { "rule" } else { "axis" }) {}
            (label(left - 6.0, y(*tick) + 4.0, "end", "soft", &shown(tick)))
        }
        @for (n, point) in chart.points.iter().enumerate() {
            @if point.partial {
                rect x=(number(x(n) - slot / 2.0)) y=(number(TOP)) width=(number(slot)) height=(number(BOTTOM - TOP)) fill="url(#hatch)" opacity="0.35" {}
            }
            @if n % every == 0 { (name(n, point)) }
        }
        @if !before.is_empty() { path d=(path(&mut before.iter().copied())) class="line2" {} }
        path d=(path(&mut chart.points.iter().map(|point| point.value))) class="line1" {}
        @if is_lonely || chart.points.len() <= 16 {
            @for (n, point) in chart.points.iter().enumerate() {
                circle cx=(number(x(n))) cy=(number(y(point.value))) r="3" class="dot1" {}
            }
        }
    };
    svg(description, HEIGHT, &content)
}

/// What the lines are: below the unit, or where that is too narrow one beside it.
fn legend(chart: &LineChart) -> Markup {
    let names = [chart.before.as_ref().map(|(name, _)| (name, "line2")), Some((&chart.now, "line1"))];
    let names: Vec<(&String, &str)> = names.into_iter().flatten().collect();
    let all: f64 = names.iter().map(|(name, _)| text_width(name, FONT) + SAMPLE).sum();
    let room = WIDTH - text_width(&chart.unit, FONT) - SAMPLE;
    let mut x = WIDTH;
    let mut y = 28.0;
    let mut entries = Vec::new();
    for (n, (name, class)) in names.into_iter().enumerate() {
        let is_stacked = all > WIDTH;
        if is_stacked {
            (x, y) = (WIDTH, if n == 0 { 28.0 } else { 12.0 });
        }
        let name = fitted(name, if is_stacked { room } else { WIDTH }, FONT);
        x -= text_width(&name, FONT);
        entries.push((name, class, x, y));
        x -= SAMPLE;
    }
    html! {
        @if chart.before.is_some() || chart.points.iter().any(|point| point.partial) {
            @for (name, class, x, y) in &entries {
                line x1=(number(x - 28.0)) x2=(number(x - 6.0)) y1=(number(y - 4.0)) y2=(number(y - 4.0)) class=(class) {}
                (label(*x, *y, "start", "ink", name))
            }
        }
    }
}
