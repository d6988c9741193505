using System.Text.Json;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Interop;
using IlgpuGan.Serve;
using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Serve;

/// <summary>Models that come along are served under their names, with colours to draw in and inputs to begin with.</summary>
public sealed class ZooOverHttpTests
{
    [Test]
    public async Task AModelThatComesAlongIsServed()
    {
        var model = ZooModel.Find("zoo:facades");
        var settings = new ServeSettings { Models = [model.Path, model.Path], Port = 0 };
        await using var server = await PictureServer.StartAsync(settings, Device.Open("cpu", threads: 2));
        using var client = new HttpClient { BaseAddress = server.Address };
        var listed = JsonDocument.Parse(await client.GetStringAsync("api/models")).RootElement.EnumerateArray().ToList();
        Assert.That(listed.Select(m => m.GetProperty("name").GetString()), Is.EqualTo(new[] { "facades", "facades-2" }));
        Assert.That(listed[0].GetProperty("palette").EnumerateArray().Count(), Is.GreaterThan(5), "there is something to draw with");
        Assert.That(listed[0].GetProperty("examples").GetInt32(), Is.EqualTo(model.Inputs.Count));
        Assert.That(listed[0].GetProperty("side").GetInt32(), Is.EqualTo(128));

        using var body = new ByteArrayContent(PictureFile.EncodePng(model.Inputs[1], "map"));
        using var answer = await client.PostAsync("api/models/facades/translate", body);
        var made = PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync(), "answer");
        Assert.That(
            made.Layers[0].Bytes.Zip(model.Answers[1].Layers[0].Bytes, (a, b) => Math.Abs(a - b)).Max(), Is.LessThanOrEqualTo(2));
    }
}
