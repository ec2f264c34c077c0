"""What sessions cost, in a store that holds many."""
