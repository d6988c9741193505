#:package IlgpuGan.Hosting@0.1.0
#:sdk Microsoft.NET.Sdk.Web

// A web service that turns drawings into house fronts: draw at http://localhost:5090/paint, or ask as a program does:
// curl --data-binary @drawing.png localhost:5090/paint -o house.png
using IlgpuGan.Imaging;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddIlgpuGan(models => models.Add("facades", "zoo:facades"));
builder.Services.AddHealthChecks().AddIlgpuGan();
builder.Services.AddProblemDetails();
builder.WebHost.UseSetting("urls", builder.Configuration["urls"] ?? "http://localhost:5090"); // On a Mac, AirPlay has the usual 5000.
var app = builder.Build();
app.MapHealthChecks("/health");
app.MapIlgpuGan("/paint"); // The page, its interface, and their errors.

// The same as an endpoint of your own.
app.MapPost("/facades", async (Stream body, ITranslator facades, CancellationToken cancellationToken) =>
{
    try
    {
        return Results.Bytes(await facades.TranslateAsync(body, ImageFormat.Png, cancellationToken), "image/png");
    }
    catch (PictureException problem)
    {
        return Results.Problem(problem.Message, statusCode: 400);
    }
    catch (TranslatorBusyException problem)
    {
        return Results.Problem(problem.Message, statusCode: 503);
    }
});
app.Run();
