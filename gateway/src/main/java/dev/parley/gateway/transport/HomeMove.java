package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.HandlerNames.FAILURE;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/**
 * Moves a channel from the loop that accepted it to the home loop of its user. All work of the user
 * then runs on one loop.
 */
final class HomeMove {

  private HomeMove() {}

  /**
   * Moves the channel and runs the task on the home loop, or runs it at once if the channel is
   * there already. Then flushes what was written before. The task does not run if the channel
   * closes before. Called once, on the channel's loop, with auto-read off. Timers of the old loop
   * may still run after the move: they must look up the channel's loop again, as {@link StallTimer}
   * and {@link FrameWriter} do, or only close the channel.
   */
  static void move(Channel channel, EventLoop home, Runnable then) {
    if (channel.eventLoop() == home) {
      atHome(channel, then);
      return;
    }
    // Both steps run in one task of the old loop: no other task sees a channel without a loop.
    channel
        .deregister()
        .addListener(
            left -> home.register(channel).addListener(entered -> entered(channel, entered, then)));
  }

  private static void entered(Channel channel, Future<?> entered, Runnable then) {
    if (entered.isSuccess()) {
      atHome(channel, then);
    } else {
      lost(channel);
    }
  }

  /** Bytes may wait for the socket. Later, so that what the task has written goes with them. */
  private static void atHome(Channel channel, Runnable then) {
    then.run();
    execute(channel, channel::flush);
  }

  /** A channel that closes without a loop fires no events, but the handlers must release all. */
  private static void lost(Channel channel) {
    channel.close();
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(FAILURE) != null) {
      pipeline.fireChannelInactive();
      pipeline.fireChannelUnregistered(); // removes all handlers
    }
  }

  /** Runs the task on the channel's loop, also if the channel moves before it runs. */
  static void execute(Channel channel, Runnable task) {
    EventLoop loop = channel.eventLoop();
    loop.execute(
        () -> {
          if (channel.eventLoop() == loop) {
            task.run();
          } else {
            execute(channel, task);
          }
        });
  }
}
