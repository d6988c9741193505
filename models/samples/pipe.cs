#:package IlgpuGan.Models@0.1.0
#:property PublishAot=false

// Translates what comes in to what goes out, as a web server or a queue does: dotnet run pipe.cs MODEL < drawing.png > house.png
using IlgpuGan.Imaging;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var translator = Translator.Open(args.Length > 0 ? args[0] : "zoo:facades"); // On the best device there is.
await using Stream input = Console.OpenStandardInput(), output = Console.OpenStandardOutput();
await translator.TranslateAsync(input, output, ImageFormat.Png, stop.Token);
