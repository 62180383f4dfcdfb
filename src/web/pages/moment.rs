//! Points in time as people read them: "3 min ago", with the exact time on hover. Knows no database type.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};

use crate::i18n::Locale;

/// What time it is for the reader.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Milliseconds since 1970.
    pub now: i64,
    /// Minutes east of Greenwich; zero until the browser has said.
    pub offset_minutes: i32,
}

/// A time as HTML: `<time datetime title>text</time>`; the browser rewrites it in its own zone.
#[derive(Clone, Debug)]
pub struct Moment {
    iso: String,
    exact: String,
    text: String,
    style: &'static str,
}

impl Clock {
    /// How many midnights lie between then and now.
    pub fn days_ago(self, at: i64) -> i64 {
        i64::from(self.local(self.now).num_days_from_ce()) - i64::from(self.local(at).num_days_from_ce())
    }

    /// How long ago that was: for lists.
    pub fn ago(self, at: i64, locale: Locale) -> Moment {
        let minutes = (self.now - at) / 60_000;
        let text = match (minutes, self.days_ago(at)) {
            (..1, _) => locale.t("time.now").into_owned(),
            (1..60, _) => locale.t_with("time.minutes", &[("n", &minutes.to_string())]),
            (_, ..=0) => locale.t_with("time.hours", &[("n", &(minutes / 60).to_string())]),
            (_, 1) => locale.t("time.yesterday").into_owned(),
            (_, days @ 2..=7) => locale.t_with("time.days", &[("n", &days.to_string())]),
            _ => self.date(at),
        };
        self.moment(at, text, "ago")
    }

    /// The time of day, and the date unless it is today: for messages.
    pub fn at(self, at: i64) -> Moment {
        let time = self.local(at).format("%H:%M");
        let text =
            if self.days_ago(at) == 0 { time.to_string() } else { format!("{} {time}", self.date(at)) };
        self.moment(at, text, "clock")
    }

    /// The day alone: for things that end.
    pub fn day(self, at: i64) -> Moment {
        self.moment(at, self.local(at).format("%Y-%m-%d").to_string(), "day")
    }

    /// How far off the day is by which something must be done, or how long it has been missed.
    pub fn due(self, at: i64, locale: Locale) -> Moment {
        let days = |key, n: i64| locale.t_with(key, &[("n", &n.to_string())]);
        let text = match (-self.days_ago(at), at < self.now) {
            (..=-31, _) => locale.t_with("due.overdue_since", &[("day", &self.date(at))]),
            (late @ ..=-2, _) => days("due.overdue_days", -late),
            (-1, _) => locale.t("due.overdue_yesterday").into_owned(),
            (0, true) => locale.t("due.overdue_today").into_owned(),
            (0, false) => locale.t("due.today").into_owned(),
            (1, _) => locale.t("due.tomorrow").into_owned(),
            (left @ 2..=14, _) => days("due.in_days", left),
            _ => return self.due_on(at, locale),
        };
        self.moment(at, text, "due")
    }

    /// The day by which something must be or had to be done.
    pub fn due_on(self, at: i64, locale: Locale) -> Moment {
        self.moment(at, locale.t_with("due.by", &[("day", &self.date(at))]), "due")
    }

    /// The day of a moment, as forms write it.
    pub fn day_of(self, at: i64) -> String {
        self.local(at).format("%Y-%m-%d").to_string()
    }

    /// The last second of a day that was chosen in a form, as in JSON; `None` when it is no day.
    pub fn end_of(self, day: &str) -> Option<String> {
        let end = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?.and_hms_opt(23, 59, 59)?;
        let zone = self.local(self.now).timezone();
        Some(end.and_local_timezone(zone).single()?.to_rfc3339())
    }

    fn date(self, at: i64) -> String {
        let this_year = self.local(at).year() == self.local(self.now).year();
        self.local(at).format(if this_year { "%m-%d" } else { "%Y-%m-%d" }).to_string()
    }

    fn moment(self, at: i64, text: String, style: &'static str) -> Moment {
        let iso = utc(at).format("%Y-%m-%dT%H:%M:%SZ").to_string();
        Moment { iso, exact: self.local(at).format("%Y-%m-%d %H:%M:%S %:z").to_string(), text, style }
    }

    fn local(self, at: i64) -> DateTime<FixedOffset> {
        let zone = FixedOffset::east_opt(self.offset_minutes.clamp(-1439, 1439) * 60);
        zone.map_or_else(|| utc(at).fixed_offset(), |zone| utc(at).with_timezone(&zone))
    }
}

fn utc(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { iso, exact, text, style } = self;
        write!(f, r#"<time datetime="{iso}" title="{exact}" data-time="{style}">{text}</time>"#)
    }
}

impl HtmlSafe for Moment {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_a_person_would() {
        let clock = Clock { now: 1_795_348_800_000, offset_minutes: 0 };
        let text = |back: i64| clock.ago(clock.now - back * 60_000, Locale::En).text;
        assert_eq!(text(0), "just now");
        assert_eq!(text(5), "5 min ago");
        assert_eq!(text(60 * 24 * 3), "3 days ago");
        assert_eq!(text(60 * 24 * 40).len(), "10-13".len());
        assert_eq!(text(60 * 24 * 400).len(), "2025-10-13".len());
    }

    #[test]
    fn what_is_due_is_told_in_days() {
        let (hour, day) = (3_600_000, 86_400_000);
        let clock = Clock { now: 1_795_348_800_000, offset_minutes: 480 };
        let text = |ahead: i64| clock.due(clock.now + ahead, Locale::En).text;
        assert_eq!((text(hour), text(-hour)), ("Due today".into(), "Overdue since today".into()));
        // Midnight is four hours away where the reader is.
        assert_eq!((text(5 * hour), text(day)), ("Due tomorrow".into(), "Due tomorrow".into()));
        assert_eq!((text(3 * day), text(-3 * day)), ("Due in 3 days".into(), "3 days overdue".into()));
        assert_eq!(
            (text(60 * day), text(-40 * day)),
            ("Due 2027-01-21".into(), "Overdue since 10-13".into())
        );
    }

    #[test]
    fn times_out_of_range_are_shown_as_something() {
        let clock = Clock { now: i64::MAX, offset_minutes: i32::MAX };
        assert!(clock.at(i64::MIN).to_string().starts_with("<time"));
    }
}
