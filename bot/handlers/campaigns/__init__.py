"""What all campaigns share: following them and stepping in."""
