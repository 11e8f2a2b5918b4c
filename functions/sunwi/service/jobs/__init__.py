"""Jobs (작업): asked for, admitted, run one attempt at a time, ended."""
