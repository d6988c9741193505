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
try
{
    using var translator = Translator.Open(args.Length > 0 ? args[0] : "zoo:facades"); // On the best device there is.
    await using Stream input = Console.OpenStandardInput(), output = Console.OpenStandardOutput();
    await translator.TranslateAsync(input, output, ImageFormat.Png, stop.Token);
    return 0;
}
catch (Exception problem)
    when (problem is PictureException or RunException or OptionsException or IOException or UnauthorizedAccessException
        or OperationCanceledException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
