using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Messages name options as whoever reads them gives them: on a command line, or as properties.</summary>
[NonParallelizable]
public sealed class OptionNamesTests
{
    [Test]
    public void AProgramReadsNamesOfProperties()
    {
        using var device = Device.Open("cpu", threads: 1);
        var settings = new TranslationSettings { Tile = 3 };
        Assert.That(Refusal(), Does.StartWith("--tile 3 ").And.Contain(" --overlap "));
        OptionNames.AreTyped = false;
        try
        {
            Assert.That(Refusal(), Does.StartWith("Tile 3 ").And.Contain(" Overlap "));
            Assert.That(new RunException("more than --patience allows").Message, Is.EqualTo("more than Patience allows"));
            Assert.That(new PictureException("a.png: --crop-size 9 is too large").Message, Is.EqualTo("a.png: CropSize 9 is too large"));
            Assert.That(new OptionsException("a -- b, c--d, x/--e").Message, Is.EqualTo("a -- b, c--d, x/E"));
        }
        finally
        {
            OptionNames.AreTyped = true;
        }

        string? Refusal() => Assert.Throws<OptionsException>(() => Translator.Open("zoo:facades", device, settings))?.Message;
    }
}
