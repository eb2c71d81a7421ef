package story

// Tell makes the story.
func Tell(in *Input) *Story { return &Story{Note: in.Cut} }
