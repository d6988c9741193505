using IlgpuGan.Cli.Terminal;
using Spectre.Console;

namespace IlgpuGan.ToolsTests.Cli;

/// <summary><c>train --preview</c>: samples as blocks of colour.</summary>
public sealed class PreviewTests : CommandFixture
{
    /// <summary>Four pixels are two characters: the upper colours are those of the character, the lower ones those behind it.</summary>
    [Test]
    public void ACharacterIsTwoPixels()
    {
        var picture = new Image(2, 2, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, (byte)7]);
        Assert.That(Shown(picture, columns: 80), Does.Match(@"38;2;255;0;0;48;2;0;0;255m▀.*38;2;0;255;0;48;2;9;8;7m▀"));
    }

    [TestCase(200, 100, 40, 40, 10)]
    [TestCase(6, 4, 40, 6, 2)]
    [TestCase(300, 1, 40, 40, 1)]
    public void APictureFitsTheColumns(int width, int height, int columns, int expectedColumns, int expectedRows)
    {
        var lines = Shown(new Image(width, height, 1, new byte[width * height]), columns).TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(expectedRows));
        Assert.That(lines.Select(line => line.Count(c => c == '▀')), Has.All.EqualTo(expectedColumns));
    }

    private static string Shown(Image picture, int columns)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.TrueColor, Out = new AnsiConsoleOutput(text),
            });
        console.Profile.Width = 120;
        console.Write(PictureBlocks.Of(picture, columns));
        return text.ToString();
    }
}
