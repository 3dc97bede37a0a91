/**
 * A graph without a model: a tool call with its result, then an answer, a word about each 50 ms.
 * The answer repeats the messages of the thread, and is long if the last one says so.
 */
import { AIMessage, ToolMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

const said = (messages) => messages.filter((m) => m.getType() === 'human').map((m) => m.content);

const look = async ({ messages }, config) => {
  const id = `call-${messages.length}`;
  config.writer?.({ looking: true });
  return {
    messages: [
      new AIMessage({ content: '', tool_calls: [{ id, name: 'get_weather', args: { city: 'Oslo' } }] }),
      new ToolMessage({ tool_call_id: id, name: 'get_weather', content: '21 °C' }),
    ],
  };
};

const talk = async ({ messages }, config) => {
  const all = said(messages);
  if (all.at(-1) === 'fail') throw new TypeError('a secret of the graph');
  const answer = all.at(-1) === 'say a lot' ? 'naïve 日本 '.repeat(20) : all.join(' | ');
  const model = new FakeListChatModel({ responses: [answer], sleep: 20 });
  return { messages: [await model.invoke(messages, config)] };
};

export const graph = new StateGraph(MessagesAnnotation)
  .addNode('look', look)
  .addNode('talk', talk)
  .addEdge(START, 'look')
  .addEdge('look', 'talk')
  .addEdge('talk', END)
  .compile();
