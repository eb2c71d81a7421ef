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
// Negative weights count against. The sum is the score, and the score makes the word of the
// verdict: 6 and more is "strong" and taken for Skype; "certain" takes 10 and one rule that gave
// 9 or more, so that statistics alone stop at strong. What speaks for Skype and does not reach 6
// is "weak", -3 and less is "no". Ports and addresses together never reach 6.
//
//	v := classify.Run(table)
//	if v.Class(id) == classify.SkypeUDP {
//		fmt.Println(v.Verdict(id).Sentence)
//	}
//
// Run judges three kinds of flow, each by the rules that can speak about it: datagrams between
// clients, datagrams to a telephone gateway (told by a connection id in front of dice; as no
// real capture could confirm that layout, such a flow is never certain) and TCP, by the first
// sixteen bytes of each side. Learn adds what a second look at the file has found out: messages
// read by their checksum, streams put together.
//
// A verdict on what is not Skype names it where bytes tell: "STUN and RTP".
//
// # Cost
//
// Run looks at every flow once and at the few whose leads fit a layout of Skype more closely;
// it allocates for those and for their ports, not for the others. Learn judges the flows that it
// is told of, and their neighbours where one has become certain. Evidence and its words
// are made only when Verdict asks for them.
package classify
