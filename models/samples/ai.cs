#:package IlgpuGan.Extensions.AI@0.1.0
#:property PublishAot=false

// Turns a drawing into a house front through the IImageGenerator interface: dotnet run ai.cs DRAWING.png HOUSE.png
using Microsoft.Extensions.AI;

#pragma warning disable MEAI001 // The interface of image generators is experimental.
if (args.Length != 2)
{
    Console.Error.WriteLine("Name two files: dotnet run ai.cs DRAWING.png HOUSE.png");
    return 2;
}

try
{
    using var translator = Translator.Open("zoo:facades");
    using IImageGenerator generator = new TranslatorImageGenerator(translator, "facades");
    var request = new ImageGenerationRequest { OriginalImages = [await DataContent.LoadFromAsync(args[0])] };
    var response = await generator.GenerateAsync(request);
    await File.WriteAllBytesAsync(args[1], response.Contents.OfType<DataContent>().Single().Data.ToArray());
    return 0;
}
catch (Exception problem)
    when (problem is PictureException or RunException or OptionsException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
