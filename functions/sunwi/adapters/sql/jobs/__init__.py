"""Jobs: stored, admitted, worked on, counted."""
