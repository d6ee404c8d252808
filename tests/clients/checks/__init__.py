"""What must hold of the real program, each as a function of a running `Consentry` that returns a few words on what it
saw, or fails."""
