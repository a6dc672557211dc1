package main

import (
	"errors"
	"time"

	"mprun.internal/mprun"
)

func addRing(suite *mprun.Suite) {
	addRingOpening(suite)
	addRingPutting(suite)
	addRingTaking(suite)
	addRingLooking(suite)
}

// Opening and closing

func addRingOpening(suite *mprun.Suite) {
	suite.Given("creates the ring {string} of {int} bytes",
		func(ctx *mprun.Context, name string, size int) error {
			_, err := openRing(ctx, name, func(name string) (*ring, error) {
				return createRing(name, size)
			})
			return err
		})
	suite.Given("attaches to the ring {string} for writing",
		func(ctx *mprun.Context, name string) error {
			r, err := openRing(ctx, name, attachAs(roleWriter))
			if err != nil {
				return err
			}
			peerOf(ctx).next = r.header.lastID + 1
			ctx.Logf("the next frame is %d", r.header.lastID+1)
			return nil
		})
	suite.Given("attaches to the ring {string} for reading",
		func(ctx *mprun.Context, name string) error {
			_, err := openRing(ctx, name, attachAs(roleReader))
			return err
		})
	suite.Then("finds the ring {string} taken by a writer",
		func(ctx *mprun.Context, name string) error {
			_, err := openRing(ctx, name, attachAs(roleWriter))
			var taken *ringTaken
			switch {
			case errors.As(err, &taken):
				ctx.Log(taken)
				return nil
			case err != nil:
				return err
			}
			return mprun.Failf("the ring had no writer, and has one now")
		})
	suite.When("closes the ring", withRing(func(ctx *mprun.Context, r *ring) error {
		return r.finishWriting(ctx)
	}))
}

func attachAs(role int) func(name string) (*ring, error) {
	return func(name string) (*ring, error) { return attachRing(name, role) }
}

// openRing opens in place of what the process had.
func openRing(ctx *mprun.Context, name string,
	opener func(name string) (*ring, error)) (*ring, error) {
	p := peerOf(ctx)
	whole, err := sharedName(ctx, name)
	if err == nil {
		err = closeRing(p)
	}
	if err == nil {
		p.ring, err = opener(whole)
	}
	return p.ring, err
}

func closeRing(p *peer) error {
	opened := p.ring
	p.ring = nil
	if opened == nil {
		return nil
	}
	return opened.close()
}

func ringOf(ctx *mprun.Context) (*ring, error) {
	if found := peerOf(ctx).ring; found != nil {
		return found, nil
	}
	return nil, mprun.Failf("the process has opened no ring")
}

// withRing is a step without values that needs the ring.
func withRing(action func(*mprun.Context, *ring) error) func(*mprun.Context) error {
	return func(ctx *mprun.Context) error {
		r, err := ringOf(ctx)
		if err != nil {
			return err
		}
		return action(ctx, r)
	}
}

// withNumber is one with a number.
func withNumber(action func(*mprun.Context, *ring, int) error) func(*mprun.Context, int) error {
	return func(ctx *mprun.Context, number int) error {
		r, err := ringOf(ctx)
		if err != nil {
			return err
		}
		return action(ctx, r, number)
	}
}

// Putting

func addRingPutting(suite *mprun.Suite) {
	suite.When("puts frame with size {int} into the ring",
		func(ctx *mprun.Context, size int) error {
			return putFrame(ctx, generated(peerOf(ctx).next, size), 0)
		})
	suite.When("puts a damaged frame with size {int} into the ring",
		func(ctx *mprun.Context, size int) error {
			return putFrame(ctx, generated(peerOf(ctx).next, size), 0xff)
		})
	suite.When("puts these frames into the ring:", func(ctx *mprun.Context, rows []row) error {
		for _, one := range rows {
			if err := putFrame(ctx, generated(one.ID, one.Size), 0); err != nil {
				return err
			}
		}
		return nil
	})
	suite.When("puts a frame with the text into the ring:",
		func(ctx *mprun.Context, text string) error {
			return putFrame(ctx, &frame{peerOf(ctx).next, []byte(text)}, 0)
		})
	suite.When("copies the first {int} bytes of a frame with size {int} into the ring",
		func(ctx *mprun.Context, count, size int) error {
			r, err := ringOf(ctx)
			if err != nil {
				return err
			}
			return r.putPart(ctx, generated(peerOf(ctx).next, size), count)
		})
	suite.Then("waits for room for {int} bytes until the reader is dead",
		withNumber(func(ctx *mprun.Context, r *ring, size int) error {
			err := r.waitRoom(ctx, size)
			switch {
			case errors.Is(err, errOtherDied):
				ctx.Log(err)
				return nil
			case err != nil:
				return err
			}
			return mprun.Failf("the other end of the ring lives")
		}))
	suite.Then("has {int} bytes left before the end of the ring",
		withNumber(func(ctx *mprun.Context, r *ring, count int) error {
			return mprun.Equal(r.leftBeforeEnd(), count, "the next frame stands elsewhere")
		}))
}

func putFrame(ctx *mprun.Context, one *frame, flip byte) error {
	r, err := ringOf(ctx)
	if err != nil {
		return err
	}
	ctx.LogAt(mprun.LevelDebug, "putting frame", one.id, "size", one.size())
	if err := r.put(ctx, one, flip); err != nil {
		return err
	}
	peerOf(ctx).next = one.id + 1
	moved(ctx, one)
	return nil
}

// Taking

func addRingTaking(suite *mprun.Suite) {
	suite.Then("takes one frame from the ring", func(ctx *mprun.Context) error {
		_, err := takeFrame(ctx)
		return err
	})
	suite.Then("takes frame with size {int} from the ring",
		func(ctx *mprun.Context, size int) error {
			one, err := takeFrame(ctx)
			if err != nil {
				return err
			}
			return expectGenerated(one, size)
		})
	suite.Then("takes these frames from the ring:", func(ctx *mprun.Context, rows []row) error {
		for _, wanted := range rows {
			one, err := takeFrame(ctx)
			if err == nil {
				err = expectFrame(one, wanted.ID, wanted.Size)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	suite.Then("takes a frame with the text from the ring:",
		func(ctx *mprun.Context, text string) error {
			one, err := takeFrame(ctx)
			if err != nil {
				return err
			}
			return mprun.Equal(string(one.payload), text, "the payload differs")
		})
	suite.Then("finds no frame in the ring within {int} ms",
		withNumber(func(ctx *mprun.Context, r *ring, milliseconds int) error {
			limit := time.Duration(milliseconds) * time.Millisecond
			return expectNone(ctx, r, limit, is(errNoneCame))
		}))
	suite.Then("finds the ring closed", withRing(func(ctx *mprun.Context, r *ring) error {
		return expectNone(ctx, r, 0, is(errClosed))
	}))
	suite.Then("finds a wrong checksum in the ring",
		withRing(func(ctx *mprun.Context, r *ring) error {
			return expectNone(ctx, r, 0, func(err error) bool {
				var found *wrongChecksum
				return errors.As(err, &found)
			})
		}))
	suite.Then("waits for a frame until the writer is dead",
		withRing(func(ctx *mprun.Context, r *ring) error {
			return expectNone(ctx, r, 0, is(errOtherDied))
		}))
}

func takeFrame(ctx *mprun.Context) (*frame, error) {
	r, err := ringOf(ctx)
	if err != nil {
		return nil, err
	}
	one, err := r.take(ctx, 0)
	if err != nil {
		return nil, err
	}
	return one, peerOf(ctx).keep(ctx, "took", one)
}

func is(wanted error) func(error) bool {
	return func(err error) bool { return errors.Is(err, wanted) }
}

// expectNone waits for a frame; it passes if this error comes instead.
func expectNone(ctx *mprun.Context, r *ring, limit time.Duration, wanted func(error) bool) error {
	one, err := r.take(ctx, limit)
	switch {
	case err == nil:
		return mprun.Failf("frame %d came", one.id)
	case wanted(err):
		ctx.Log(err)
		return nil
	}
	return err
}

// Metadata, the lock and the other end

func addRingLooking(suite *mprun.Suite) {
	suite.When("describes the ring by:", func(ctx *mprun.Context, text string) error {
		r, err := ringOf(ctx)
		if err != nil {
			return err
		}
		return r.describe(ctx, text)
	})
	suite.Then("reads the description of the ring:",
		func(ctx *mprun.Context, text string) error {
			r, err := ringOf(ctx)
			if err != nil {
				return err
			}
			found, err := r.description(ctx)
			if err != nil {
				return err
			}
			return mprun.Equal(found, text, "the description differs")
		})
	suite.When("takes hold of the ring", withRing(func(ctx *mprun.Context, r *ring) error {
		return r.lock(ctx)
	}))
	suite.When("lets go of the ring", withRing(func(_ *mprun.Context, r *ring) error {
		return r.unlock()
	}))
	suite.Then("finds the other end of the ring waiting",
		withRing(func(_ *mprun.Context, r *ring) error {
			if !r.otherWaits() {
				return mprun.Failf("the other end of the ring does not wait")
			}
			return nil
		}))
	suite.Then("has taken the lock of the ring over {int} time(s)",
		withNumber(func(_ *mprun.Context, r *ring, count int) error {
			return mprun.Equal(r.takeovers, count)
		}))
}
