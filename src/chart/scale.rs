//! Scales with round numbers.

/// Round numbers from 0 to at least `most`, about `count` of them.
#[must_use]
pub fn ticks(most: f64, count: u32) -> Vec<f64> {
    let most = most.max(1.0);
    let rough = most / f64::from(count.max(1));
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough);
    // What is counted is whole.
    let step = step.unwrap_or(power * 10.0).max(1.0);
    let mut ticks = vec![0.0];
    while ticks[ticks.len() - 1] < most {
        ticks.push(ticks[ticks.len() - 1] + step);
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_largest_value() {
        assert_eq!(ticks(0.0, 4), [0.0, 1.0]);
        assert_eq!(ticks(3.0, 4), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(321.0, 4), [0.0, 100.0, 200.0, 300.0, 400.0]);
        assert_eq!(ticks(100.0, 4), [0.0, 50.0, 100.0]);
        for most in 1..5_000 {
            let ticks = ticks(f64::from(most), 4);
            assert!(ticks.len() <= 6 && ticks[ticks.len() - 1] >= f64::from(most), "{most} {ticks:?}");
        }
    }
}
