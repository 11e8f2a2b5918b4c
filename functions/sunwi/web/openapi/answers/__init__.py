"""What each route answers: a module per resource, with `ANSWERS` by the route's name."""
