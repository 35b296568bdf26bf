//! The report as charts: p99 over time for each load, and what each method costs whom.

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Result;
use crate::report::Report;
use crate::run::Run;

const WIDTH: u32 = 1400;
const HEIGHT: u32 = 460;

/// The colours of loads, and of the bands of methods.
const COLOURS: [RGBColor; 4] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 94, 0),
    RGBColor(44, 140, 60),
    RGBColor(148, 80, 160),
];

/// Every chart, one below the other.
pub(crate) fn svg(report: &Report) -> Result<String> {
    let mut loads: Vec<u32> = report.runs.iter().map(|run| run.load).collect();
    loads.retain(|load| *load > 0);
    loads.dedup();
    let charts = loads.len() as u32 + 1;
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT * charts)).into_drawing_area();
        root.fill(&WHITE)?;
        let areas = root.split_evenly((charts as usize, 1));
        for (area, load) in areas.iter().zip(&loads) {
            over_time(area, *load, &shown_round(report, *load))?;
        }
        if let Some(area) = areas.last() {
            frontier(area, report, &loads)?;
        }
        root.present()?;
    }
    Ok(svg)
}

/// The round of which most counts, and of several the first; of each method the last run.
fn shown_round(report: &Report, load: u32) -> Vec<&Run> {
    let of_round = |round: usize| {
        let runs = report.runs.iter();
        runs.filter(move |run| (run.load, run.round) == (load, round))
    };
    let counting = |round: &usize| {
        of_round(*round)
            .filter(|run| run.rejected.is_none())
            .count()
    };
    let Some(round) = (0..report.conditions.rounds).rev().max_by_key(counting) else {
        return Vec::new();
    };
    let mut runs: Vec<&Run> = Vec::new();
    for run in of_round(round) {
        match runs.last_mut() {
            Some(last) if last.method == run.method => *last = run,
            _ => runs.push(run),
        }
    }
    runs
}

fn over_time<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    load: u32,
    runs: &[&Run],
) -> Result<()>
where
    B::ErrorType: 'static,
{
    let mut points = Vec::new();
    let mut bands = Vec::new();
    let mut clock = 0.0;
    for run in runs {
        let parts = [&run.course.before, &run.course.during, &run.course.after];
        for (number, part) in parts.into_iter().enumerate() {
            let began = clock;
            points.extend(part.iter().map(|(at, p99)| (began + at, *p99)));
            clock += part.last().map_or(0.0, |(at, _)| at + 0.25);
            if number == 1 {
                bands.push((began, clock, run.method.as_str()));
            }
        }
    }
    let highest = points.iter().map(|(_, p99)| *p99).fold(1.0, f64::max) * 3.0;
    let lowest = points.iter().map(|(_, p99)| *p99).fold(1.0, f64::min) / 2.0;
    let mut chart = ChartBuilder::on(area)
        .caption(
            format!("live p99 of 250 ms, load {load} %, one round; shaded: the method is at work"),
            ("sans-serif", 20),
        )
        .margin(14)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..clock.max(1.0), (lowest..highest).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("seconds")
        .y_desc("ms")
        .draw()?;
    for (number, (from, to, name)) in bands.into_iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        chart.draw_series([Rectangle::new(
            [(from, lowest), (to, highest)],
            colour.mix(0.13).filled(),
        )])?;
        chart.draw_series([Text::new(
            name.to_owned(),
            (from, highest * 0.8),
            ("sans-serif", 14).into_font().color(&BLACK),
        )])?;
    }
    chart.draw_series(LineSeries::new(points, &COLOURS[0]))?;
    Ok(())
}

fn frontier<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    report: &Report,
    loads: &[u32],
) -> Result<()>
where
    B::ErrorType: 'static,
{
    let mut points = Vec::new();
    for verdict in &report.results {
        if let (Some(rate), Some(p99)) = (verdict.rate_ratio, verdict.p99_ratio) {
            points.push((
                verdict.load,
                verdict.method.as_str(),
                rate.median,
                p99.median,
            ));
        }
    }
    let right = points.iter().map(|point| point.2).fold(1.0, f64::max) * 1.2;
    let highest = points.iter().map(|point| point.3).fold(2.0, f64::max) * 2.0;
    let lowest = points.iter().map(|point| point.3).fold(1.0, f64::min) / 1.5;
    let mut chart = ChartBuilder::on(area)
        .caption(
            "what a method costs the traffic, against how fast it is: medians; to the right and down is better",
            ("sans-serif", 20),
        )
        .margin(14)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(0.0..right, (lowest..highest).log_scale())?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("rate, 1 is one UPDATE under the same load")
        .y_desc("p99, 1 is its baseline")
        .draw()?;
    for (number, load) in loads.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let here = points.iter().filter(|point| point.0 == *load);
        let series = here.map(|(_, name, rate, p99)| {
            EmptyElement::at((*rate, *p99))
                + Circle::new((0, 0), 5, colour.filled())
                + Text::new((*name).to_owned(), (8, -7), ("sans-serif", 13).into_font())
        });
        chart
            .draw_series(series)?
            .label(format!("load {load} %"))
            .legend(move |(x, y)| Circle::new((x + 8, y), 5, colour.filled()));
    }
    chart
        .configure_series_labels()
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    Ok(())
}
