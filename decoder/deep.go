package decoder

import (
	"fmt"
	"net/netip"
	"runtime/debug"
	"time"

	"somscope/decoder/classify"
	"somscope/decoder/flow"
	"somscope/decoder/inet"
	"somscope/decoder/media"
	"somscope/decoder/oracle"
	"somscope/decoder/rtp"
	"somscope/decoder/skype"
	"somscope/decoder/story"
)

// The second look. When all packets are listed and the flows judged, the packets of the flows
// that matter are read once more, in the background: messages go to the oracle, segments are put
// together to streams, and what comes of both judges the flows again and makes the story.

// Bounds of the second look.
const (
	maxLooked     = 3_000_000 // packets read again
	maxTCPFlows   = 20_000    // TCP flows put together
	maxSegments   = 20_000    // segments of each
	maxEvents     = 200_000   // of the story
	maxStoryFlows = 50_000    // that it is about
	maxNames      = 20_000    // DNS messages read for their names
	maxMetered    = 2_000     // streams whose sizes and gaps are told without being asked for
	openingLen    = 12        // segments with payload after which a stream that says nothing is dropped
)

// DeepState is how far the second look is.
type DeepState uint8

const (
	DeepNone    DeepState = iota // not begun: the file is still being read
	DeepRunning                  // between its first and its last step
	DeepDone
)

// DeepProgress says how far the second look is.
type DeepProgress struct {
	State    DeepState
	Part     string // what it is at, for people
	Permille int    // of the work
	Counts   oracle.Counts
	Streams  int    // TCP conversations of Skype
	Phases   int    // of the story
	Voices   int    // streams of voice
	Note     string // what was left out, in a sentence, or ""
}

type deepStage uint8

const (
	deepOffer deepStage = iota
	deepWant
	deepLook
	deepVoice
	deepMeter
	deepRead
	deepName
	deepTalk
	deepJudge
	deepFlow
	deepGather
	deepTell
	deepEnd
)

var deepParts = [...]string{
	deepOffer:  "reading offers of calls",
	deepWant:   "choosing packets",
	deepLook:   "reading packets again",
	deepVoice:  "listing streams of voice",
	deepMeter:  "measuring encrypted calls",
	deepRead:   "reading messages by their checksums",
	deepName:   "naming messages",
	deepTalk:   "putting streams together",
	deepJudge:  "judging again",
	deepFlow:   "ordering what happened",
	deepGather: "gathering conversations",
	deepTell:   "writing the story",
	deepEnd:    "",
}

// What a flow is looked at for.
const (
	lookNot = iota
	lookUDP
	lookE2O
	lookTCP
	lookTrace
	lookRTP
)

type deep struct {
	stage  deepStage
	want   []uint8 // by flow: lookUDP ...
	next   uint32  // packet to look at
	looked int
	offs   []int64 // of a batch
	which  []uint32

	reader  *oracle.Reader
	classes []oracle.Class // of reader, when it is done
	classAt map[uint32]int // place in classes by number
	streams *flow.Assembler
	tcp     []uint32               // flows that are put together, in order
	tcpFlow map[uint32]*tcpFlow    // the same
	talks   map[uint32]*skype.Talk // those of Skype
	talkAt  int                    // of tcp, next to be read
	views   map[uint32]*streamView

	probed map[oracle.End][2]uint32 // ends that accepted a probe: packets of question and answer plus 1

	events []story.Event
	named  int             // of events
	told   int             // of tcp
	asked  map[uint32]bool // flows with names of Skype in them
	flows  []story.Flow
	flowAt uint32                    // of want
	data   map[uint32][]story.Second // by flow

	offers    map[netip.AddrPort][]offered // media that SDP offers, by where they are to go
	offerN    int
	sips      int
	tracker   *rtp.Tracker
	rtpPacket rtp.Packet
	damaged   map[rtp.Key]*damage // packets of RTP that are refused for their lengths
	presses   map[pressed]*presses
	meters    map[uint32]*media.Meter // of encrypted calls, by flow
	voices    []*Voice
	voicesOf  map[uint32][]int // places in voices, by flow
	reports   map[uint32]*media.Report
	metered   int // of voices
	names     int
	learned   map[uint32]*classify.Learned
	teller    *story.Teller // while the story is told
	story     *story.Story
	left      []string // sentences about what was left out
	crash     error    // the first fault of ours in it, or nil
	crashes   int
	sum       inet.Summary
}

// tcpFlow is a TCP flow while it is put together.
type tcpFlow struct {
	segments, payloads int
	client             bool // one end is a host that speaks Skype over UDP
	dropped            bool
}

// Deepen works on the second look for about as long as budget says, and reports whether all of
// it is done. It does nothing before the file has been read.
func (c *Capture) Deepen(budget time.Duration) (done bool) {
	if !c.done {
		return false
	}
	if c.deep == nil {
		c.deep = &deep{}
	}
	d := c.deep
	for start := time.Now(); d.stage < deepEnd; {
		if err := c.tryStep(); err != nil {
			// Pass over what brought it down: some packets, or else a whole stage.
			if d.crash == nil {
				d.crash = err
				d.left = append(d.left, "The second look is not whole: "+err.Error()+".")
			}
			if d.crashes++; d.stage != deepLook || d.crashes > 20 {
				d.stage++
			}
		}
		if time.Since(start) >= budget {
			break
		}
	}
	return d.stage == deepEnd
}

// tryStep is one step of the second look. A fault of ours in it becomes a *Crash.
func (c *Capture) tryStep() (err error) {
	defer func() {
		packet := *c.looking
		if r := recover(); r != nil {
			err = &Crash{Packet: packet, What: fmt.Sprint(r), Stack: string(debug.Stack())}
		}
		*c.looking = 0
	}()
	c.deepStep()
	return nil
}

// DeepErr is the first fault of ours that the second look met, a *Crash, or nil.
func (c *Capture) DeepErr() error {
	if c.deep == nil {
		return nil
	}
	return c.deep.crash
}

// DeepAll does the second look to its end.
func (c *Capture) DeepAll() {
	for !c.Deepen(time.Second) {
		if !c.done {
			return
		}
	}
}

// again begins the second look anew, because the user has changed what a flow is.
func (c *Capture) again() {
	if c.deep != nil {
		c.deep = &deep{}
		if c.verdicts != nil {
			c.verdicts = classify.Run(c.flows)
		}
	}
}

// DeepState is DeepProgress().State without the counting.
func (c *Capture) DeepState() DeepState {
	switch d := c.deep; {
	case d == nil:
		return DeepNone
	case d.stage == deepEnd:
		return DeepDone
	}
	return DeepRunning
}

// DeepProgress says how far the second look is. It counts all messages.
func (c *Capture) DeepProgress() DeepProgress {
	d := c.deep
	if d == nil {
		return DeepProgress{}
	}
	p := DeepProgress{State: DeepRunning, Part: deepParts[d.stage]}
	for i, s := range d.left {
		if i > 0 {
			p.Note += " "
		}
		p.Note += s
	}
	part := func(from, to, n, all int) {
		p.Permille = from
		if all > 0 {
			p.Permille += (to - from) * n / all
		}
	}
	switch d.stage {
	case deepLook:
		part(0, 500, int(d.next), c.packets.Len())
	case deepRead:
		n, all := d.reader.Progress()
		part(500, 850, n, all)
	case deepName:
		part(850, 900, d.named, len(d.events))
	case deepTalk:
		part(900, 930, d.talkAt, len(d.tcp))
	case deepJudge:
		p.Permille = 930
	case deepFlow:
		part(930, 940, d.told, len(d.tcp))
	case deepGather:
		part(940, 950, int(d.flowAt), len(d.want))
	case deepTell:
		p.Permille = 950
	case deepEnd:
		p.State, p.Permille = DeepDone, 1000
	}
	if d.reader != nil {
		p.Counts = d.reader.Counts()
	}
	p.Streams = len(d.talks)
	p.Voices = len(d.voices)
	if d.story != nil {
		p.Phases = len(d.story.Phases)
	}
	return p
}

func (c *Capture) deepStep() {
	d := c.deep
	switch d.stage {
	case deepOffer:
		if c.deepOffers() {
			return
		}
	case deepWant:
		c.deepWant()
	case deepLook:
		if c.deepLook() {
			return
		}
		d.reader.Seal()
		d.streams.Finish()
		if n := d.reader.Counts().Left; n > 0 {
			d.left = append(d.left, fmt.Sprintf("%s beyond the first %d were not read.", plural(uint64(n), "message"), oracle.MaxMessages))
		}
		if s := d.streams.Note(); s != "" {
			d.left = append(d.left, s)
		}
	case deepVoice:
		c.deepVoices()
	case deepMeter: // a call a step: the list wants to know what each may be
		if d.metered < min(len(d.voices), maxMetered) {
			d.metered++
			c.VoiceReport(uint32(d.metered))
			return
		}
	case deepRead:
		if !d.reader.Step(20_000) {
			return
		}
	case deepName:
		if !c.deepNames() {
			return
		}
	case deepTalk:
		if d.talkAt < len(d.tcp) {
			c.deepTalk(d.tcp[d.talkAt])
			d.talkAt++
			return
		}
	case deepJudge:
		c.deepJudge()
	case deepFlow:
		if !c.deepStreams() {
			return
		}
	case deepGather:
		if !c.deepFlows() {
			return
		}
	case deepTell:
		if !c.deepTell() {
			return
		}
		c.gen++
	}
	d.stage++
}
