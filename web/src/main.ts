import { mount } from 'svelte'
import './app.css'
import App from './App.svelte'
import { startKeys } from './lib/keys'

startKeys()
mount(App, { target: document.getElementById('app') as HTMLElement })
