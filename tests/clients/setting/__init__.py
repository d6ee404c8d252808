"""What the checks run against: servers, a proxy, a database, a person, and the tools of the clients."""
