package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"somscope/decoder"
	"somscope/decoder/capfile"
	"somscope/decoder/field"
	"somscope/wasm/proto"
)

// version is what Hello says; the build sets it.
var version = "dev"

// What the engine wants of its script next: the answers of its entry points.
const (
	wantNothing = iota
	wantFeed    // the next bytes of the file
	wantStep    // time to read on from what is in memory
)

const (
	maxRows       = 500                    // a page of rows
	progressEvery = 100 * time.Millisecond // between two reports
	deepTurn      = 4 * time.Millisecond   // of the second look, before messages are let in
	maxMessage    = 1 << 20                // bytes of a request
	gcPercent     = 200                    // garbage beside what is alive, while a file is read
)

// A host is the browser, as the engine sees it.
type host struct {
	post func(b []byte)        // sends a reply; b is not kept
	blob func() capfile.Source // the file beside the request being served

	// keep has that file stay readable when another one comes; drop lets it go.
	keep func() (src capfile.Source, drop func())

	memory func() uint64  // bytes of the program's memory
	exit   func(code int) // ends the program
}

// An engine is the state of the worker.
type engine struct {
	host  host
	specs map[*field.Spec]uint32 // numbers in Hello
	list  []*field.Spec

	capture   *decoder.Capture // nil when none is open
	window    int              // bytes fed at a time, 0 for all at once
	started   time.Time        // of Open
	reported  time.Time        // of the last Progress
	cancelled bool
	crash     *proto.Problem   // what ended the reading, when a fault of ours did
	frugal    *decoder.Capture // that is looked at a second time, with little garbage
	ear       ear              // what is being made to be heard

	shelf    []*local       // Skype's own files that are open
	profiles *decoder.Shelf // what they tell; nil before the first
	arrival  *arrival       // one that is being read; nil: none
	taken    bool           // the file of the last Open is now the capture

	looking uint32 // packet being looked at, from 1; read by the script after the end
	out     []byte // of the last reply, reused
}

func newEngine(h host) *engine {
	e := &engine{host: h, specs: map[*field.Spec]uint32{}, list: decoder.Catalogue()}
	for i, s := range e.list {
		e.specs[s] = uint32(i)
	}
	return e
}

func (e *engine) send(r *proto.Reply) {
	e.out = r.Append(e.out[:0])
	e.host.post(e.out)
	if cap(e.out) > 4<<20 {
		e.out = nil
	}
}

// guard runs f. A panic in it becomes a Crash, and the engine goes on.
func (e *engine) guard(id uint32, f func()) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		c := &proto.Crash{Packet: e.looking, What: fmt.Sprint(r), Log: string(debug.Stack())}
		e.looking = 0
		e.send(&proto.Reply{ID: id, Crash: c})
	}()
	f()
}

// hello tells the page that the engine has started, and what fields there are.
func (e *engine) hello() {
	e.send(&proto.Reply{Hello: &proto.Hello{Version: version, Specs: specList(e.list)}})
}

// receive serves one request.
func (e *engine) receive(b []byte) {
	q, err := proto.ParseRequest(b)
	if err != nil {
		e.send(&proto.Reply{ID: q.ID, Err: &proto.Problem{Off: -1, Kind: "crash",
			What: "The page asked something that the engine does not understand: " + err.Error() + ".",
			Hint: "Reload the page."}})
		return
	}
	e.guard(q.ID, func() { e.serve(q) })
}

func (e *engine) serve(q *proto.Request) {
	if q.Open != nil {
		e.open(q.ID, q.Open)
		return
	}
	if q.Fault != nil {
		e.fault(q.Fault)
		return
	}
	if q.Cancel != nil {
		e.cancel(q.ID)
		return
	}
	if e.serveLocal(q) {
		return
	}
	if e.capture == nil {
		e.send(&proto.Reply{ID: q.ID, Err: &proto.Problem{Off: -1, Kind: "limit", What: "No file is open."}})
		return
	}
	switch {
	case q.Rows != nil:
		e.send(&proto.Reply{ID: q.ID, Rows: e.rows(q.Rows)})
	case q.Dissect != nil:
		e.dissect(q.ID, q.Dissect.Packet)
	case q.Block != nil:
		e.block(q.ID, q.Block.Index)
	case q.Flow != nil:
		e.flow(q.ID, q.Flow.Flow)
	case q.Story != nil:
		e.send(&proto.Reply{ID: q.ID, Story: e.story()})
	case q.Equal != nil:
		e.equal(q.ID, q.Equal.Class)
	case q.Detect != nil:
		e.detect(q.ID, q.Detect.Flow)
	case q.Public != nil:
		e.public(q.ID, q.Public)
	case q.Media != nil:
		e.media(q.ID, q.Media)
	case q.Curve != nil:
		e.curve(q.ID, q.Curve)
	case q.Codec != nil:
		e.codec(q.ID, q.Codec)
	case q.Listen != nil:
		e.listen(q.ID, q.Listen)
	case q.Treat != nil:
		if q.Treat.Flow == 0 || !e.capture.Treat(q.Treat.Flow-1, decoder.As(q.Treat.As)) {
			e.noFlow(q.ID, q.Treat.Flow)
			return
		}
		e.flow(q.ID, q.Treat.Flow)
		e.progress()
	default:
		e.send(&proto.Reply{ID: q.ID, Err: &proto.Problem{Off: -1, Kind: "crash", What: "The page asked nothing."}})
	}
}

// open drops what was open and looks at the new file.
func (e *engine) open(id uint32, q *proto.Open) {
	src := e.host.blob()
	started := time.Now()
	window := int(min(q.Window, 1<<30))
	c, err := decoder.OpenWith(src, q.Name, decoder.Options{Window: window, Looking: &e.looking, As: q.As})
	if e.taken = err == nil || q.As != "" || !isLocal(src, q.Name); !e.taken {
		e.openLocal(id, q)
		return
	}
	e.started = started
	if e.capture != nil {
		e.capture = nil
		runtime.GC() // the last file's tables make room for the new one's
	}
	e.crash, e.cancelled, e.looking = nil, false, 0
	e.ear = ear{}
	e.frugal = nil
	debug.SetGCPercent(gcPercent)
	e.reported = time.Time{}
	e.window = window
	if err != nil {
		e.send(&proto.Reply{ID: id, Err: refusal(err, src.Size())})
		return
	}
	e.capture = c
	e.send(&proto.Reply{ID: id, Opened: &proto.Opened{Name: c.Name(), Size: c.Size(), Format: c.Format(), Hash: c.Hash()}})
}

// want says what the engine needs next.
func (e *engine) want() int32 {
	c := e.capture
	switch {
	case e.arrival != nil && (c == nil || c.Progress().Done):
		return wantStep
	case c == nil:
		return wantNothing
	case c.Progress().Done:
		if c.DeepState() == decoder.DeepDone && !e.hearing() {
			return wantNothing
		}
		return wantStep
	case c.Compressed():
		return wantStep
	}
	return wantFeed
}

// feed takes the next bytes of the file.
func (e *engine) feed(b []byte) {
	if e.arrival != nil {
		e.deliver(deepTurn)
	}
	e.reading(func(c *decoder.Capture) {
		if e.window == 0 {
			c.Feed(b)
			return
		}
		for len(b) > 0 {
			n := min(e.window, len(b))
			c.Feed(b[:n])
			b = b[n:]
		}
	})
}

// step reads on from what was unpacked, for about so long.
func (e *engine) step(budget time.Duration) {
	if e.arrival != nil {
		e.deliver(budget)
	}
	if e.capture == nil {
		return
	}
	if c := e.capture; c != nil && c.Progress().Done {
		if c.DeepState() != decoder.DeepDone {
			e.deepen(min(budget, deepTurn))
		}
		if e.hearing() {
			e.hear(budget)
		}
		return
	}
	e.reading(func(c *decoder.Capture) { c.Step(budget) })
}

// deepen goes on with the second look and reports how far it came: ten times a second, when
// flows were judged again, and at its end.
func (e *engine) deepen(budget time.Duration) {
	c := e.capture
	gen := c.Progress().Generation
	if e.frugal != c {
		// Nobody waits for it, and the browser never gets memory back: rather collect often.
		e.frugal = c
		debug.SetGCPercent(40)
	}
	done := c.Deepen(budget)
	if done {
		e.frugal = nil
		debug.SetGCPercent(gcPercent)
	}
	if done {
		if x, ok := c.DeepErr().(*decoder.Crash); ok {
			e.send(&proto.Reply{Crash: &proto.Crash{Packet: x.Packet, What: x.What, Log: x.Stack}})
		}
	}
	if done || c.Progress().Generation != gen || time.Since(e.reported) >= progressEvery {
		e.progress()
	}
}

// finish says that the whole file has been fed.
func (e *engine) finish() {
	e.reading(func(c *decoder.Capture) { c.Finish() })
}

// failed says that the browser cannot read the file any further.
func (e *engine) failed(why string) {
	e.reading(func(c *decoder.Capture) {
		c.Stop(&field.Error{Off: c.Progress().Read, In: "file", What: "the browser cannot read the file any further (" + why + ")", Err: errGone})
	})
}

// reading lets f read on and reports how far it came: at once after the first
// piece, then ten times a second, and at the end.
func (e *engine) reading(f func(c *decoder.Capture)) {
	c := e.capture
	if c == nil || c.Progress().Done {
		return
	}
	ok := false
	defer func() {
		if ok {
			return
		}
		// A fault of ours. What was read before the packet stays usable.
		n := e.looking
		e.crash = &proto.Problem{Off: -1, Kind: "crash", What: readingCrashed(n, c.Len())}
		c.Stop(nil)
		e.progress()
		e.looking = n // for the guard
	}()
	f(c)
	ok = true
	if c.Progress().Done || e.reported.IsZero() || time.Since(e.reported) >= progressEvery {
		e.progress()
	}
}

// cancel stops reading.
func (e *engine) cancel(id uint32) {
	if c := e.capture; c != nil && !c.Progress().Done {
		e.cancelled = true
		c.Stop(nil)
	}
	e.send(&proto.Reply{ID: id, Progress: e.status()})
}

func (e *engine) progress() {
	e.reported = time.Now()
	e.send(&proto.Reply{Progress: e.status()})
}

func (e *engine) status() *proto.Progress {
	m := &proto.Progress{Heap: e.host.memory(), Cancelled: e.cancelled, Problem: e.crash}
	c := e.capture
	if c == nil {
		m.Done = true
		return m
	}
	p := c.Progress()
	m.Read, m.Size = p.Read, p.Size
	m.Packets, m.Flows, m.Blocks = p.Packets, p.Flows, p.Blocks
	m.SkypeFlows, m.SkypePkts, m.SkypeFirst = p.SkypeFlows, p.SkypePackets, p.SkypeFirst
	m.First, m.Last = p.First, p.Late
	m.Millis = uint32(time.Since(e.started).Milliseconds())
	m.Done = p.Done
	m.Generation = p.Generation
	m.Deep = deepMessage(c)
	if err := c.Err(); err != nil && m.Problem == nil {
		m.Problem = stopped(err, c)
	}
	return m
}

// fault fails on purpose; see proto.Fault.
func (e *engine) fault(q *proto.Fault) {
	e.looking = q.Packet
	if q.Fatal {
		e.host.exit(3)
		return
	}
	panic("a fault that the page asked for")
}
