//! The state machine of a question that runs: what happened -> what to do next. It reads no clock
//! and makes no call.
//!
//! ```text
//! QUEUED <-> RUNNING -> SUCCEEDED | FAILED | CANCELLED        RUNNING -> QUEUED: Athena tries again
//! ```

use std::time::Duration;

use super::pace::Pace;

/// Times in a row that Athena may not be reached; with the waits between, about ten minutes.
const UNREACHED_AT_MOST: u32 = 20;

/// Where a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn, or to be asked at all: the account has too many that run.
    Queued,
    /// It runs.
    Running,
    /// It has an answer.
    Succeeded,
    /// It has none.
    Failed,
    /// It was ended: by who asked, by somebody else, or by the workgroup's limit.
    Cancelled,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Athena said where the question is.
    Told(State),
    /// Athena asked for fewer calls, or was not reached.
    Unreached,
    /// Who asked does not want to know any more.
    Unwanted,
    /// Athena was asked to end it.
    Stopped,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Wait, then ask where the question is.
    AskAfter(Duration),
    /// Ask Athena to end it.
    Stop,
    /// It is at its end.
    End(State),
    /// Athena was not reached too often.
    GiveUp,
}

/// A question that is followed.
#[derive(Clone, Debug)]
pub(super) struct Follow {
    pub(super) pace: Pace,
    unreached: u32,
}

impl Follow {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, unreached: 0 }
    }

    /// What to do after what happened.
    pub(super) fn next(&mut self, event: Event) -> Next {
        match event {
            Event::Told(state @ (State::Succeeded | State::Failed | State::Cancelled)) => {
                Next::End(state)
            }
            Event::Told(State::Queued | State::Running) => {
                self.unreached = 0;
                self.pace.settle();
                Next::AskAfter(self.pace.next())
            }
            Event::Unreached => {
                self.unreached += 1;
                if self.unreached > UNREACHED_AT_MOST {
                    return Next::GiveUp;
                }
                self.pace.hold_back();
                Next::AskAfter(self.pace.next())
            }
            Event::Unwanted => Next::Stop,
            // It ends soon: what it had read by then is charged, and told.
            Event::Stopped => {
                self.pace = self.pace.clone().anew();
                Next::AskAfter(self.pace.next())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow() -> Follow {
        Follow::new(Pace::new(7))
    }

    #[test]
    fn a_question_is_asked_for_until_its_end() {
        let mut follow = follow();
        for state in [State::Queued, State::Running, State::Queued, State::Running] {
            assert!(matches!(follow.next(Event::Told(state)), Next::AskAfter(_)), "{state:?}");
        }
        for state in [State::Succeeded, State::Failed, State::Cancelled] {
            assert_eq!(follow.next(Event::Told(state)), Next::End(state));
        }
    }

    #[test]
    fn who_is_not_reached_is_given_up_at_last() {
        let mut follow = follow();
        let mut slept = Duration::ZERO;
        for nth in 0..UNREACHED_AT_MOST {
            let Next::AskAfter(wait) = follow.next(Event::Unreached) else { panic!("{nth}") };
            slept += wait;
        }
        assert_eq!(follow.next(Event::Unreached), Next::GiveUp);
        assert!(slept > Duration::from_mins(4), "{slept:?}");
        // Once reached, it counts anew.
        assert!(matches!(follow.next(Event::Told(State::Running)), Next::AskAfter(_)));
        assert!(matches!(follow.next(Event::Unreached), Next::AskAfter(_)));
    }

    #[test]
    fn what_is_not_wanted_is_stopped_and_followed_to_its_end() {
        let mut follow = follow();
        for _ in 0..30 {
            follow.next(Event::Told(State::Running));
        }
        assert_eq!(follow.next(Event::Unwanted), Next::Stop);
        let Next::AskAfter(wait) = follow.next(Event::Stopped) else { panic!("it is followed") };
        assert!(wait < Duration::from_secs(1), "{wait:?}");
        assert_eq!(follow.next(Event::Told(State::Succeeded)), Next::End(State::Succeeded));
    }
}
