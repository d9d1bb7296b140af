//! The folders of the tenant, and which of them the application was assigned to.

/// A folder of the modern kind.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) id: i64,
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    /// The names from the root down, joined by `/`.
    pub(super) path: &'static str,
    pub(super) parent: Option<&'static Folder>,
    pub(super) access: Access,
}

/// What the application may do in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It is assigned to the folder.
    Granted,
    /// It is not; the folder looks as if it did not exist.
    Denied,
}

/// Where queues are unless something else is said.
pub(super) static SHARED: Folder = Folder {
    id: 4242,
    key: "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4242",
    name: "Shared",
    path: "Shared",
    parent: None,
    access: Access::Granted,
};
static FINANCE: Folder = Folder {
    id: 4243,
    key: "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4243",
    name: "Finance",
    path: "Finance",
    parent: None,
    access: Access::Granted,
};
static TRANSFERS: Folder = Folder {
    id: 4244,
    key: "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4244",
    name: "Überweisungen",
    path: "Finance/Überweisungen",
    parent: Some(&FINANCE),
    access: Access::Granted,
};
static PAYROLL: Folder = Folder {
    id: 4245,
    key: "5a4d0f7e-1c7b-4f0e-9d56-0b8f6f0c4245",
    name: "Payroll",
    path: "Payroll",
    parent: None,
    access: Access::Denied,
};

/// All folders: one at the root, one with a child whose name is not ASCII, and one the application cannot see.
pub(super) static ALL: [&Folder; 4] = [&SHARED, &FINANCE, &TRANSFERS, &PAYROLL];

/// The folders that the application can see.
pub(super) fn visible() -> impl Iterator<Item = &'static Folder> {
    ALL.into_iter().filter(|folder| folder.access == Access::Granted)
}
