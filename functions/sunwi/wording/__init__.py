"""What every interface says alike: Korean labels, causes, JSON documents."""
