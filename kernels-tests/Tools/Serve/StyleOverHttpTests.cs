using System.Text.Json;
using IlgpuGan.Models.Families.Pix2PixHd;
using IlgpuGan.Models.Families.Spade;

namespace IlgpuGan.ToolsTests.Serve;

/// <summary>Photographs of label maps in the style of another one: SPADE takes that alone, pix2pixHD its label map beside it.</summary>
public sealed class StyleOverHttpTests : ServedTests
{
    private const string Model = "pix2pixhd";

    [OneTimeSetUp]
    public async Task Start() => _served = await ServedFamilies.StartAsync([Model, "spade"], train: WithStyles);

    /// <summary>With features of instances or an encoder of styles, and a rate at which a few steps teach enough to show.</summary>
    internal static TrainingOptions WithStyles(TrainingOptions options) => options switch
    {
        Pix2PixHdOptions hd => hd with { InstanceFeat = true, NDownsampleE = 2, Nef = 4, NClusters = 2, Lr = 0.02f },
        SpadeOptions spade => spade with { UseVae = true, ZDim = 4, Lr = 0.02f },
        _ => options,
    };

    [Test]
    public async Task TheModelSaysThatItAsksForTheLabelMap()
    {
        using var models = JsonDocument.Parse(await _served.Client.GetStringAsync("api/models"));
        var told = models.RootElement.EnumerateArray().Select(
            m => (m.GetProperty("name").GetString(), m.GetProperty("style").GetString(), m.GetProperty("style_labels").GetBoolean()));
        Assert.That(told, Is.EqualTo(new[] { (Model, "possible", true), ("spade", "possible", false) }));
        using var document = JsonDocument.Parse(await _served.Client.GetStringAsync("openapi.json"));
        Assert.That(document.RootElement.GetRawText(), Does.Contain("\"style-labels\""));
    }

    [Test]
    public async Task TheStyleOfAPhotographIsTheCommands()
    {
        var (map, photo, labels) = (ServedFamilies.Map(1), ServedFamilies.Photograph(2), ServedFamilies.Map(2));
        await File.WriteAllBytesAsync(_served.PathOf("photo.png"), photo);
        await File.WriteAllBytesAsync(_served.PathOf("labels.png"), labels);
        using var answer = await _served.TranslateForm(Model, "", ("picture", map), ("style", photo), ("style-labels", labels));
        var made = await answer.Content.ReadAsByteArrayAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), System.Text.Encoding.UTF8.GetString(made));
        Assert.That(
            made,
            Is.EqualTo(await _served.ByCommand(
                Model, map, "--style", _served.PathOf("photo.png"), "--style-labels", _served.PathOf("labels.png"))));
        Assert.That(await _served.Translated(Model, map), Is.EqualTo(await _served.ByCommand(Model, map)), "the next is asked without");
    }

    [Test]
    public async Task APhotographAloneIsEnoughForSpade()
    {
        var (map, photo) = (ServedFamilies.Map(1), ServedFamilies.Photograph(3));
        await File.WriteAllBytesAsync(_served.PathOf("alone.png"), photo);
        using var answer = await _served.TranslateWithStyle("spade", map, photo);
        var made = await answer.Content.ReadAsByteArrayAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(200), System.Text.Encoding.UTF8.GetString(made));
        Assert.That(made, Is.EqualTo(await _served.ByCommand("spade", map, "--style", _served.PathOf("alone.png"))));
        using var labelled = await _served.TranslateForm("spade", "", ("picture", map), ("style", photo), ("style-labels", map));
        Assert.That((int)labelled.StatusCode, Is.EqualTo(400));
        Assert.That(await labelled.Content.ReadAsStringAsync(), Does.Contain("style-labels does not fit spade"));
    }

    [Test]
    public async Task WhatIsMissingOrDoesNotFitIsExplained()
    {
        var (map, photo) = (ServedFamilies.Map(1), ServedFamilies.Photograph(2));
        await Explained("style-labels is missing", ("picture", map), ("style", photo));
        await Explained("style-labels needs style", ("picture", map), ("style-labels", map));
        await Explained("style label map: has 8x8 pixels", ("picture", map), ("style", photo), ("style-labels", Small()));
        await Explained("PNG or JPEG", ("picture", map), ("style", photo), ("style-labels", "no picture"u8.ToArray()));
        await Explained("no others", ("picture", map), ("style", photo), ("labels", map));

        // The upper left corner of a map has its colours.
        static byte[] Small() => PictureFile.EncodePng(PictureFile.Decode(ServedFamilies.Map(2), "map").Crop(0, 0, 8, 8), "map");

        async Task Explained(string words, params (string Name, byte[] File)[] parts)
        {
            using var answer = await _served.TranslateForm(Model, "", parts);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.That((int)answer.StatusCode, Is.EqualTo(400), text);
            Assert.That(JsonDocument.Parse(text).RootElement.GetProperty("error").GetString(), Does.Contain(words));
        }
    }
}
