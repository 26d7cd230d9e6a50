//! Histograms, drawn as vectors. Series are filled and hollow bars, with the value over each.

use super::{Ink, LEFT, Mark, Setter, TOP, Type, WIDE, base};
use crate::count::measure;
use crate::document::Chart;
use crate::face::Face;

/// Bars of a chart at most.
const BARS_MOST: usize = 16;
const PLOT: f32 = 150.0;
const LABEL: f32 = 9.0;
const LABEL_LINES: usize = 3;
/// Room at the left for the axis' figures.
const AXIS: f32 = 34.0;
const STEPS: u8 = 4;
/// Room for what stands below the bars.
const BELOW: f32 = LABEL * 1.3 * 3.0 + 6.0;

/// How high a histogram is; it stands on one page.
pub(super) fn height(chart: &Chart) -> f32 {
    let legend = if chart.series.len() > 1 { 16.0 } else { 0.0 };
    24.0 + legend + 14.0 + PLOT + BELOW
}

impl Setter<'_> {
    pub(super) fn chart(&mut self, chart: &Chart) {
        let legend = chart.series.len() > 1;
        self.need(height(chart));
        let small = Type::of(Face::Body, LABEL);
        let caption = Type::of(Face::Heading, 12.0);
        self.middle(caption, TOP + self.y + base(24.0, 12.0), &chart.caption);
        let mut y = TOP + self.y + 24.0;
        if legend {
            self.legend(chart, y);
            y += 16.0;
        }
        self.words(small, LEFT, y + 8.0, &chart.unit);
        let top = y + 14.0;
        let bottom = top + PLOT;
        let most = ceiling(chart);
        for step in 0..=STEPS {
            let share = f32::from(step) / f32::from(STEPS);
            let at = bottom - PLOT * share;
            self.mark(Mark::Rule {
                from: (LEFT + AXIS, at),
                to: (LEFT + WIDE, at),
                width: if step == 0 { 0.8 } else { 0.25 },
                ink: if step == 0 { Ink::Black } else { Ink::Grey },
            });
            let words = figure(most * f64::from(step) / f64::from(STEPS));
            let x = LEFT + AXIS - 4.0 - self.length(small, &words);
            self.words(small, x, at + LABEL * 0.35, &words);
        }
        let bars = chart.bars.iter().take(BARS_MOST);
        let slot = (WIDE - AXIS) / measure(chart.bars.len().clamp(1, BARS_MOST));
        let series = chart.series.len().clamp(1, 2);
        for (n, bar) in bars.enumerate() {
            let x = LEFT + AXIS + slot * measure(n);
            let wide = (slot * 0.62 / measure(series)).min(34.0);
            let begin = x + (slot - wide * measure(series)) / 2.0;
            for (s, value) in bar.values.iter().take(series).enumerate() {
                let h = PLOT * share(*value, most);
                let left = begin + wide * measure(s);
                if h > 0.0 {
                    self.mark(Mark::Area {
                        x: left,
                        y: bottom - h,
                        w: wide,
                        h,
                        filled: s == 0,
                        ink: Ink::Black,
                    });
                }
                let words = figure(*value);
                let middle = left + (wide - self.length(small, &words)) / 2.0;
                self.words(small, middle, bottom - h - 3.0, &words);
            }
            let lines = self.lines(small, &bar.label, slot - 2.0, slot - 2.0, false);
            for (line, at) in lines.iter().take(LABEL_LINES).zip(1_u8..) {
                let text: String = line.text.iter().collect();
                let middle = x + (slot - self.length(small, &text)) / 2.0;
                self.words(small, middle, bottom + LABEL * 1.3 * f32::from(at), &text);
            }
        }
        self.y = bottom + BELOW - TOP;
    }

    fn legend(&mut self, chart: &Chart, y: f32) {
        let kind = Type::of(Face::Body, LABEL);
        let names: Vec<&str> = chart
            .series
            .iter()
            .take(2)
            .map(|s| s.name.as_str())
            .collect();
        let wide: f32 = names
            .iter()
            .map(|name| self.length(kind, name) + 32.0)
            .sum();
        let mut x = LEFT + (WIDE - wide) / 2.0;
        for (n, name) in names.into_iter().enumerate() {
            self.mark(Mark::Area {
                x,
                y: y + 3.0,
                w: 12.0,
                h: 8.0,
                filled: n == 0,
                ink: Ink::Black,
            });
            self.words(kind, x + 16.0, y + 10.5, name);
            x += self.length(kind, name) + 32.0;
        }
    }
}

/// A round number no bar is higher than.
fn ceiling(chart: &Chart) -> f64 {
    let values = chart.bars.iter().flat_map(|bar| bar.values.iter().copied());
    let most = values.filter(|v| v.is_finite()).fold(0.0_f64, f64::max);
    let mut scale = 1.0_f64;
    for _ in 0..18 {
        for step in [4.0, 8.0, 12.0, 20.0, 40.0] {
            let ceiling = scale * step;
            if most <= ceiling {
                return ceiling;
            }
        }
        scale *= 10.0;
    }
    most
}

/// A value as it stands over its bar.
fn figure(value: f64) -> String {
    if !value.is_finite() {
        String::new()
    } else if (value - value.round()).abs() < 0.05 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a share between 0 and 1 as a length on paper: what f32 loses no eye sees"
)]
fn share(value: f64, most: f64) -> f32 {
    if value.is_finite() && most > 0.0 {
        (value / most).clamp(0.0, 1.0) as f32
    } else {
        0.0
    }
}
