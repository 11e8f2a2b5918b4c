"""`sunwi notices` and `sunwi channels`."""
