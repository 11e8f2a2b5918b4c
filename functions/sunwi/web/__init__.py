"""The interface that browsers and programs reach over HTTP: REST routes, and pages."""
