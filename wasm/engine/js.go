//go:build js && wasm

//lint:file-ignore U1000 The functions are called by JavaScript: staticcheck does not know go:wasmexport.

package main

import (
	"io"
	"os"
	"runtime/debug"
	"time"
	"unsafe"

	"somscope/decoder/capfile"
)

// What site/js/engine.js provides.

//go:wasmimport somscope post
func jsPost(p unsafe.Pointer, n uint32)

//go:wasmimport somscope size
func jsSize() float64

//go:wasmimport somscope readAt
func jsReadAt(p unsafe.Pointer, n uint32, off float64) int32

// keep holds the current file for readOf, and returns its number.
//
//go:wasmimport somscope keep
func jsKeep() int32

//go:wasmimport somscope readOf
func jsReadOf(file int32, p unsafe.Pointer, n uint32, off float64) int32

//go:wasmimport somscope drop
func jsDrop(file int32)

//go:wasmimport somscope memory
func jsMemory() float64

// blob is the file that is open in the browser. Its first bytes are kept:
// whoever looks at a file looks at its head, several times.
type blob struct {
	size int64
	head []byte
	kept int32 // number of a file that stays readable, from 1; 0: the current one
}

const headLen = 64 << 10

func newBlob() *blob {
	b := &blob{size: int64(jsSize())}
	head := make([]byte, min(b.size, headLen))
	if n, _ := b.ReadAt(head, 0); n == len(head) {
		b.head = head
	}
	return b
}

func (b *blob) Size() int64 { return b.size }

// ReadAt blocks until the browser has read: a millisecond or so.
func (b *blob) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, os.ErrInvalid
	}
	want := int(max(0, min(int64(len(p)), b.size-off)))
	if want == 0 {
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	if off+int64(want) <= int64(len(b.head)) {
		copy(p, b.head[off:])
	} else if n := b.read(p[:want], off); n < 0 {
		return 0, errGone
	} else if n < want {
		return n, io.ErrUnexpectedEOF
	}
	if want < len(p) {
		return want, io.EOF
	}
	return want, nil
}

func (b *blob) read(p []byte, off int64) int {
	if b.kept != 0 {
		return int(jsReadOf(b.kept, unsafe.Pointer(&p[0]), uint32(len(p)), float64(off)))
	}
	return int(jsReadAt(unsafe.Pointer(&p[0]), uint32(len(p)), float64(off)))
}

// keepBlob holds the current file.
func keepBlob() (capfile.Source, func()) {
	b := newBlob()
	b.kept = jsKeep()
	return b, func() { jsDrop(b.kept) }
}

var (
	e     *engine
	box   []byte // the inbox
	piece []byte // where the script puts the next bytes of the file
	play  *rehearsal
)

const pieceLen = 4 << 20

func main() {
	debug.SetGCPercent(gcPercent)
	piece = make([]byte, pieceLen)
	e = newEngine(host{
		post:   func(b []byte) { jsPost(unsafe.Pointer(unsafe.SliceData(b)), uint32(len(b))) },
		blob:   func() capfile.Source { return newBlob() },
		keep:   keepBlob,
		memory: func() uint64 { return uint64(jsMemory()) },
		exit: func(code int) {
			println("engine: the page asked for the end")
			os.Exit(code)
		},
	})
	e.hello()
	select {} // the exports below go on
}

// inbox makes room for n bytes of a message and returns where, or 0.
//
//go:wasmexport inbox
func inbox(n int32) unsafe.Pointer {
	if n <= 0 || n > maxMessage {
		return nil
	}
	if cap(box) < int(n) {
		box = make([]byte, n)
	}
	return unsafe.Pointer(unsafe.SliceData(box[:n]))
}

// receive serves the request in the inbox, and says what the engine wants next.
//
//go:wasmexport receive
func receive(n int32) int32 {
	e.receive(box[:n])
	return e.want()
}

// failed takes from the inbox why the browser cannot read on.
//
//go:wasmexport failed
func failed(n int32) {
	why := string(box[:n])
	e.guard(0, func() { e.failed(why) })
}

// want says what the engine wants next: nothing, feed or step.
//
//go:wasmexport want
func want() int32 { return e.want() }

// buffer is where feed looks for bytes; room is how many fit.
//
//go:wasmexport buffer
func buffer() unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(piece)) }

//go:wasmexport room
func room() int32 { return pieceLen }

// feed takes n bytes of the file from the buffer.
//
//go:wasmexport feed
func feed(n int32) int32 {
	e.guard(0, func() { e.feed(piece[:n]) })
	return e.want()
}

// finish says that the whole file has been fed.
//
//go:wasmexport finish
func finish() { e.guard(0, e.finish) }

// step reads on for about ms milliseconds.
//
//go:wasmexport step
func step(ms int32) {
	e.guard(0, func() { e.step(time.Duration(ms) * time.Millisecond) })
}

// rehearse does a little of the rehearsal, and reports whether there is more.
// The script calls it while nothing is asked and no file is open.
//
//go:wasmexport rehearse
func rehearse() bool {
	more := false
	e.guard(0, func() {
		if play == nil {
			play = newRehearsal(e)
		}
		more = play.step()
	})
	if !more {
		play = nil
	}
	return more
}

// kept reports whether the file of the last Open is now the capture. Otherwise it went to the
// shelf, and the one before is read on.
//
//go:wasmexport kept
func kept() int32 {
	if e.taken {
		return 1
	}
	return 0
}

// crumb is where the number of the packet being looked at is kept, from 1.
// The script reads it after the engine has died.
//
//go:wasmexport crumb
func crumb() unsafe.Pointer { return unsafe.Pointer(&e.looking) }
