// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;

namespace ActorStorage.Cli.Tests.Output;

public sealed class GoJsonSpec
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a<b>&c", "\"a\\u003cb\\u003e\\u0026c\"")]
    [InlineData("\u00e9\u20ac", "\"\u00e9\u20ac\"")]
    [InlineData("\ud83d\ude00", "\"\ud83d\ude00\"")]
    [InlineData("q\"b\\s/", "\"q\\\"b\\\\s/\"")]
    [InlineData("\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\"")]
    [InlineData("\u0001\u001f\u007f", "\"\\u0001\\u001f\u007f\"")]
    [InlineData("\u2028\u2029", "\"\\u2028\\u2029\"")]
    public void Should_escape_as_go_does_when_text_is_written(string text, string expected) =>
        Assert.Equal(expected, Text(GoJson.Of(text)));

    [Fact]
    public void Should_write_the_replacement_when_text_holds_half_a_character() =>
        Assert.Equal("\"a\\ufffdb\"", Text(GoJson.Of("a\ud83d" + "b")));

    [Fact]
    public void Should_tell_an_absent_list_from_an_empty_one_when_it_is_empty()
    {
        Assert.Equal("null", Text(GoJson.Of([], absentWhenEmpty: true)));
        Assert.Equal("[]", Text(GoJson.Of([], absentWhenEmpty: false)));
        Assert.Equal("[\"a\",\"b\"]", Text(GoJson.Of(["a", "b"], absentWhenEmpty: true)));
    }

    [Fact]
    public void Should_put_commas_between_when_values_follow_each_other()
    {
        var json = new GoJson().Open('[')
            .Open('{').Key("id").Value("x").Key("n").Value(7).Key("ok").Value(true).Close('}')
            .Open('{').Close('}').Open('[').Value("k").Value("v").Close(']').Close(']');
        Assert.Equal("[{\"id\":\"x\",\"n\":7,\"ok\":true},{},[\"k\",\"v\"]]", Text(json));
    }

    [Theory]
    [InlineData("{\"a\":\"x\\u0008y\\u000c\"}", "{\"a\":\"x\\by\\f\"}")]
    [InlineData("{\"a\":\"x\\\\u0008\"}", "{\"a\":\"x\\\\u0008\"}")]
    [InlineData("{\"a\":\"\\u003c\\n\\\"\"}", "{\"a\":\"\\u003c\\n\\\"\"}")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    public void Should_change_nothing_but_two_escapes_when_a_record_is_written(string stored, string expected) =>
        Assert.Equal($"[{expected},{expected}]", Text(new GoJson().Open('[')
            .Record(Encoding.UTF8.GetBytes(stored)).Record(Encoding.UTF8.GetBytes(stored)).Close(']')));

    private static string Text(GoJson json) => Encoding.UTF8.GetString(json.Bytes);
}
