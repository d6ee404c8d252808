//! The flows of the provider, as clients and people see them.

mod authorization_code;
