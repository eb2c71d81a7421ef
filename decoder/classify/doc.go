// Package classify weighs what package flow has counted and says which conversations are
// Skype, how sure that is, and why: a verdict is never a bare label.
//
// rules.go is the table of reasons, one entry a reason, for or against. A rule speaks with a
// weight up to its own:
//
//	10   proof: chance or another protocol cannot do this
//	 9   as good as proof once anything else agrees
//	 5-8 strong: only a program that means to look like Skype would do it
//	 2-4 fits what was published, but others may do it too
//	 1   a hint: ports, addresses
//
// Negative weights count against. The sum is the score: 6 and more is taken for Skype. "Certain"
// takes 10 and one rule that gave 9 or more, so that statistics alone stop at "likely".
//
//	v := classify.Run(table)
//	if v.Class(id) == classify.SkypeUDP {
//		fmt.Println(v.Verdict(id).Sentence)
//	}
//
// Only UDP between clients is judged. Calls to telephones (E2O) have no mark that survives
// without a capture to check it on, so they are hinted at and never claimed; TCP flows are left
// undecided.
//
// # Cost
//
// Run looks at every flow once and at the few whose leads fit a layout of Skype more closely;
// it allocates for those and for their ports, not for the others. Evidence and its words
// are made only when Verdict asks for them.
package classify
