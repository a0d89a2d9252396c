//! What happens, told while it happens.

use serde::Serialize;
use tokio::sync::mpsc::UnboundedSender;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(crate) enum Event {
    /// A part of the deploy begins: what sites share, a wave.
    Phase {
        /// For people: `wave 1`.
        name: String,
        /// Stacks in it.
        stacks: usize,
    },
    /// A stack is being changed.
    Changing {
        /// The stack.
        stack: String,
    },
    /// A stack is being deleted.
    Deleting {
        /// The stack.
        stack: String,
    },
    /// A stack is as it is to be.
    Done {
        /// The stack.
        stack: String,
        /// Whether anything had to be done.
        changed: bool,
    },
    /// A stack could not be changed.
    Failed {
        /// The stack.
        stack: String,
        /// Why.
        reason: String,
    },
    /// A site was asked whether it is well.
    Probed {
        /// The site.
        site: String,
        /// Why it is not; `None` where it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A wave is watched for a while.
    Watching {
        /// Sites in it.
        sites: usize,
        /// How long, at most.
        seconds: u64,
    },
    /// A site was held against what its distribution counts.
    Measured {
        /// The site.
        site: String,
        /// Why it is not well; `None` where it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// A metric of which there is nothing, or too little to say anything.
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
    },
    /// Sites go back to what they were.
    RollingBack {
        /// The sites.
        sites: Vec<String>,
    },
    /// A word on the side.
    Note {
        /// For people.
        text: String,
    },
}

impl Event {
    /// [`Event::Changing`].
    pub(crate) fn changing(stack: &str) -> Self {
        Self::Changing { stack: stack.to_owned() }
    }

    /// [`Event::Deleting`].
    pub(crate) fn deleting(stack: &str) -> Self {
        Self::Deleting { stack: stack.to_owned() }
    }
}

/// Where events go.
#[derive(Clone, Debug)]
pub(crate) struct Events(pub(crate) UnboundedSender<Event>);

impl Events {
    /// Tells of an event. Nobody may listen any more: the work goes on.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.0.send(event);
    }
}
