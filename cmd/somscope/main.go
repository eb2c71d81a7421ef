// Command somscope shows what Somscope's decoder makes of a capture file, for
// scripts and for comparison with other tools.
//
//	somscope packets [-json] FILE              one line a packet
//	somscope flows   [-json] FILE              one conversation after the other, with the evidence
//	somscope dump    [-packet N] [-block N] [-json] FILE   the annotated bytes
//	somscope blocks  [-json] FILE              what the file holds beside packets
//
// FILE may be - for standard input, which is kept in a temporary file while it
// is looked at. With -json every line of the output is one JSON document.
//
// The exit status is 0 when all was read, 1 when only part of the capture could
// be (what was read is printed, the reason is on standard error), and 2 for
// wrong usage and for files that are no captures at all.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"somscope/decoder"
	"somscope/decoder/field"
)

// The exit statuses.
const (
	allRead = iota
	partlyRead
	wrongUsage
)

const usage = `somscope explains captures of Skype's peer-to-peer years, byte by byte.

usage:
  somscope packets [-json] FILE
  somscope flows   [-json] FILE
  somscope dump    [-packet N | -block N] [-json] FILE
  somscope blocks  [-json] FILE
  somscope help
  somscope -version

packets  a line for each packet: number, time (UTC), offset of its record in the file, bytes
         captured, bytes on the wire, link type, source, destination, protocol, flow, what it says
flows    a line for each conversation: number, transport, both ends, packets, bytes, what it is
         taken for and the score; below it the evidence, + for Skype and - against it
dump     the annotated tree of one packet or block, or of all packets, with the bytes. A place
         is OFFSET:LENGTH in bytes, the offset in hexadecimal; "0002.1:3b" is three bits from
         bit 1 of byte 2, "&8f" their mask, and "1/" in front the number of another buffer
blocks   what the file holds beside packets: its header, interfaces, names, statistics

FILE is a pcap or pcapng file, also one packed with gzip or zstd; - is standard input.
-json writes one JSON document a line.

exit status: 0 all was read; 1 part of it was, the reason is on standard error; 2 wrong usage,
or no capture
`

// options are those of all commands; each knows which it takes.
type options struct {
	json   bool
	packet uint // from 1; 0 for all
	block  uint // from 1; 0 for none
}

// A command prints something about a capture. It returns errPart when it
// could not do so for all of it, having said why.
type command struct {
	name  string
	flags string // names of the options it takes beside json
	run   func(p *printer, c *decoder.Capture, o options) error
}

var commands = []command{
	{"packets", "", packets},
	{"flows", "", flows},
	{"dump", "packet block", dump},
	{"blocks", "", blocks},
}

// errPart says that something was left out and that this has been reported.
var errPart = errors.New("not all could be shown")

// errUsage says that what was asked for does not exist.
var errUsage = errors.New("wrong usage")

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its surroundings given, and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "somscope: a fault of this program: %v\n%s", r, debug.Stack())
			status = partlyRead
		}
	}()
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return wrongUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return allRead
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, version())
		return allRead
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.main(args[1:], stdin, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "somscope: there is no command %q; try: somscope help\n", args[0])
	return wrongUsage
}

func (cmd command) main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, file, err := cmd.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return allRead
	}
	if err != nil {
		fmt.Fprintf(stderr, "somscope %s: %v; try: somscope help\n", cmd.name, err)
		return wrongUsage
	}
	src, name, done, err := open(file, stdin)
	if err != nil {
		fmt.Fprintf(stderr, "somscope: %v\n", err)
		return wrongUsage
	}
	defer done()
	c, err := decoder.Open(src, name)
	if err != nil {
		fmt.Fprintf(stderr, "somscope: %s: %s\n", name, explain(err))
		return wrongUsage
	}
	status := allRead
	for err == nil {
		_, err = c.Step(time.Second)
	}
	if err != io.EOF {
		status = partlyRead
	}
	p := &printer{out: bufio.NewWriterSize(stdout, 64<<10), errs: stderr, name: name}
	show := cmd.run(p, c, o)
	if show == nil {
		show = p.out.Flush()
	} else {
		p.out.Flush()
	}
	switch {
	case show == nil:
	case errors.Is(show, errUsage):
		status = wrongUsage
	case errors.Is(show, errPart):
		status = max(status, partlyRead)
	case errors.Is(show, syscall.EPIPE): // the reader has seen enough
		return status
	default:
		p.complain("%v", show)
		status = max(status, partlyRead)
	}
	if err != io.EOF {
		p.complain("read in part (%d packets): %s", c.Len(), explain(err))
	}
	return status
}

// parse reads the arguments of a command; options may stand before and after
// the file.
func (cmd command) parse(args []string) (o options, file string, err error) {
	set := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&o.json, "json", false, "")
	if cmd.flags != "" {
		set.UintVar(&o.packet, "packet", 0, "")
		set.UintVar(&o.block, "block", 0, "")
	}
	for rest := args; ; {
		if err := set.Parse(rest); err != nil {
			return o, "", err
		}
		if rest = set.Args(); len(rest) == 0 {
			break
		}
		if file != "" {
			return o, "", fmt.Errorf("one file at a time, not %q as well", rest[0])
		}
		file, rest = rest[0], rest[1:]
	}
	set.Visit(func(f *flag.Flag) {
		if (f.Name == "packet" || f.Name == "block") && f.Value.String() == "0" {
			err = fmt.Errorf("-%s counts from 1", f.Name)
		}
	})
	switch {
	case err != nil:
	case file == "":
		err = errors.New("which file?")
	case o.packet != 0 && o.block != 0:
		err = errors.New("either -packet or -block")
	}
	return o, file, err
}

// explain is an error with the sentinel behind it, on one line.
func explain(err error) string {
	var e *field.Error
	if errors.As(err, &e) && e.Err != nil && e.What != "" {
		return fmt.Sprintf("%v (%v)", e, e.Err)
	}
	return err.Error()
}

func version() string {
	v := "somscope"
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			v += " " + info.Main.Version
		}
		v += " " + info.GoVersion
	}
	return v
}

// A printer is where a command's output goes.
type printer struct {
	out  *bufio.Writer
	errs io.Writer
	name string // of the file
	line []byte // reused
}

// complain writes to standard error, after what has been printed.
func (p *printer) complain(format string, args ...any) {
	p.out.Flush()
	fmt.Fprintf(p.errs, "somscope: %s: %s\n", p.name, fmt.Sprintf(format, args...))
}

// end writes the line that was built.
func (p *printer) end() error {
	p.line = append(p.line, '\n')
	_, err := p.out.Write(p.line)
	p.line = p.line[:0]
	return err
}
