using IlgpuGan.Serve;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Whoever asks over HTTP names options as queries do, whether a command serves or a program.</summary>
[NonParallelizable]
public sealed class QueryNamesTests
{
    [Test]
    public void ARefusalNamesTheQuery([Values] bool byACommand)
    {
        OptionNames.AreTyped = byACommand;
        try
        {
            var refusal = PictureError.Of(new OptionsException("--keep-size needs --size"), "")!;
            Assert.That(refusal.Message, Is.EqualTo("keep-size needs size"));
        }
        finally
        {
            OptionNames.AreTyped = true;
        }
    }
}
